"""What strangers do at the start page, and operators in the console."""

import os
import re
import uuid

from hub import press, until
from workspace_scenarios import add_task, new_project

OPERATOR = {"email": os.environ.get("HUB_EMAIL", "superadmin@system.com"), "password": "Admin@123"}


def fresh(text):
    return text + uuid.uuid4().hex[:8]


def workspace(hub, name, region="us"):
    """A workspace of the scenario's own, made by the API; gives its administrator's email and password."""
    hub.call("POST", hub.url(path="/api/auth/register-tenant"), {
        "tenantName": name.capitalize(), "subdomain": name, "region": region, "adminEmail": f"ada@{name}.example",
        "adminPassword": "Console#1", "adminFullName": "Ada Console"})
    return f"ada@{name}.example", "Console#1"


def open_console(person, path="/console"):
    """Signs in at the console, by way of the page that is wanted."""
    return person.sign_in(OPERATOR["email"], OPERATOR["password"], path)


def ask(page, button, confirm):
    """Presses a button that asks first, and says yes."""
    page.get_by_role("button", name=button).click()
    page.locator("dialog[open]").get_by_role("button", name=confirm).click()


def scenario_sign_up(hub):
    """Signing up: the address is proposed and checked while it is typed, and leads to the workspace"""
    name = fresh("Étoile ")
    address = name.lower().replace("é", "e").replace(" ", "-")
    with hub.person() as visitor:
        page = visitor.go("/")
        visitor.shoot("start")
        page.locator("[name=tenantName]").fill(name)
        subdomain = page.locator("[name=subdomain]")
        assert subdomain.input_value() == address, subdomain.input_value()
        page.get_by_text(re.compile(f"^{address}\\..* is free$")).wait_for()
        for taken, why in (("demo", "is taken"), ("admin", "is reserved"), ("x", "must be")):
            subdomain.fill(taken)
            page.get_by_text(re.compile(f"“{taken}” {why}")).wait_for()
        visitor.shoot("start-taken")
        # What the check cannot prevent, the form itself refuses, and everything but the password is still there.
        subdomain.fill("demo")
        page.locator("[name=region]").select_option("eu")
        page.locator("[name=adminFullName]").fill("Ada Étoile")
        page.locator("[name=adminEmail]").fill("ada@etoile.example")
        page.locator("[name=adminPassword]").fill("Etoile#12")
        visitor.expect("409")
        page.get_by_role("button", name="Create workspace").click()
        page.get_by_role("alert").get_by_text("taken").wait_for()
        assert page.locator("[name=adminFullName]").input_value() == "Ada Étoile"
        page.locator("[name=subdomain]").fill(address)
        page.locator("[name=adminPassword]").fill("Etoile#12")
        page.get_by_role("button", name="Create workspace").click()
        page.get_by_text("The workspace is ready.").wait_for()
        visitor.shoot("signed-up")
        page.get_by_role("link", name=f"Go to {name}").click()
        page.get_by_role("heading", name="Sign in", level=1).wait_for()
        assert f"//{address}." in page.url


def scenario_console_sign_in(hub):
    """Whoever is not signed in is led to the sign-in page and back; also without scripts"""
    with hub.person(java_script_enabled=False) as operator:
        page = operator.go("/console/tenants?search=globex")
        operator.expect("401")
        page.get_by_label("Email").fill(OPERATOR["email"])
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").wait_for()
        page.get_by_label("Password").fill(OPERATOR["password"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Globex Corporation").wait_for()
        assert page.url.endswith("/console/tenants?search=globex")
        page.get_by_label("State").select_option("suspended")
        page.get_by_role("button", name="Filter").click()
        page.get_by_text("No tenant is like that.").wait_for()
        page.get_by_role("button", name="Sign out").click()
        operator.go("/console")
        page.get_by_role("heading", name="Sign in", level=1).wait_for()


def scenario_console_move(hub):
    """An operator moves a workspace in the console while its people add tasks: nothing is lost, nobody sees an error"""
    tenant = fresh("con")
    email, password = workspace(hub, tenant)
    with hub.person(tenant, email, password) as ada, hub.person() as operator:
        board = new_project(ada, "Under way")
        titles = []

        def work():
            titles.append(f"Task {len(titles):03}")
            add_task(board, titles[-1])

        work()
        page = open_console(operator, f"/console/moves/plan?tenant={tenant}&target=eu-1")
        page.get_by_text("Nothing in the way").wait_for()
        operator.shoot("console-plan")
        page.get_by_role("button", name="Start the move…").click()
        operator.shoot("console-plan-start")
        page.locator("dialog[open]").get_by_role("button", name="Start the move").click()
        page.get_by_role("heading", name=tenant, level=1).wait_for()

        def reaches(state):
            def look():
                work()
                assert not page.locator("#head .pill", has_text="Failed").count(), page.locator("#notes").inner_text()
                return page.locator("#head .pill", has_text=re.compile(f"^{state}$")).count()
            until(look, f"the move to be {state}", seconds=90)

        # Nobody loads the operator's page again: it follows.
        reaches("Verified")
        ask(page, "Compare again", "Compare again")
        reaches("Verified")
        operator.shoot("console-move-verified")
        ask(page, "Switch to eu-1", "Switch to eu-1")
        reaches("Switched")
        page.locator("#head", has_text="served by eu-1").wait_for()
        assert page.locator("#progress").get_by_text(re.compile(r"\d+ (ms|s)")).count(), "a measured pause"
        work()
        operator.shoot("console-move-switched")
        ask(page, "Complete", "Complete")
        reaches("Completed")
        page.get_by_text("recomputed here: it is right").wait_for()
        page.get_by_text("is sound").wait_for()
        assert not page.get_by_role("button", name="Switch to eu-1").count()
        operator.shoot("console-move-completed")
        for _ in range(3):
            work()
        token, kept = hub.token(email, password, tenant), []
        project = board.url.split("/projects/")[1].split("?")[0]
        while len(kept) < len(titles):
            found = hub.call("GET", hub.url(tenant, f"/api/projects/{project}/tasks?limit=100&offset={len(kept)}"), token=token)
            assert found["items"], f"{len(titles)} were added, {len(kept)} are there"
            kept += [task["title"] for task in found["items"]]
        assert sorted(kept) == titles
        assert not board.locator(".toast.bad").count() and not page.locator(".toast.bad").count()


def scenario_console_tenant(hub):
    """Limits, renaming, suspending and resuming, acting as somebody, and erasing with proof"""
    tenant, renamed = fresh("con"), fresh("ren")
    email, password = workspace(hub, tenant)
    with hub.person() as operator:
        page = open_console(operator, "/console/tenants")
        press(page, "/")
        page.keyboard.type(tenant)
        press(page, "Enter")
        page.wait_for_url("**search=*")
        press(page, "j")
        press(page, "Enter")
        page.get_by_role("heading", name=tenant.capitalize(), level=1).wait_for()
        page.get_by_role("button", name="Edit").click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_label("People, at most").fill("0")
        operator.expect("400")
        dialog.get_by_role("button", name="Save limits").click()
        dialog.locator(".wrong").first.wait_for()
        operator.shoot("console-limits")
        dialog.get_by_label("People, at most").fill("7")
        dialog.get_by_role("button", name="Save limits").click()
        page.locator("#limits", has_text="1 of 7").wait_for()
        ask(page, "Suspend", "Suspend")
        page.locator("#head .pill", has_text="Suspended").wait_for()
        ask(page, "Resume", "Resume")
        page.locator("#head .pill", has_text="Active").wait_for()
        page.get_by_role("button", name="Rename").click()
        page.locator("dialog[open]").get_by_label("Subdomain").fill(renamed)
        page.locator("dialog[open]").get_by_role("button", name="Rename").click()
        page.wait_for_url(f"**/console/tenants/{renamed}")
        operator.shoot("console-tenant")
        # Acting as the administrator: a link that works once, and a page that says who acts.
        page.get_by_role("button", name="Act as…").click()
        page.locator("dialog[open]").get_by_label("Why").fill("Ticket 4711")
        page.locator("dialog[open]").get_by_role("button", name="Make the link").click()
        link = page.locator("dialog[open] [data-link]")
        link.wait_for()
        operator.shoot("console-link")
        with operator.context.expect_page() as opened:
            link.click()
        acting = opened.value
        acting.get_by_role("button", name="Open the workspace").click()
        acting.get_by_text(re.compile(f"{re.escape(OPERATOR['email'])} acts as Ada Console")).wait_for()
        acting.close()
        page.locator("dialog[open] [data-close]").click()
        # Erasing wants the name typed, and proves what it did.
        page.get_by_role("button", name="Erase…").click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_label(f"Type {renamed} to confirm").fill("something")
        dialog.get_by_role("button", name="Erase for good").click()
        dialog.locator(".wrong").first.wait_for()
        dialog.get_by_label(f"Type {renamed} to confirm").fill(renamed)
        dialog.get_by_role("button", name="Erase for good").click()
        dialog.locator("[data-proof]").get_by_text("users").wait_for()
        operator.shoot("console-erased")
        dialog.locator("[data-close]").click()
        page.wait_for_url("**/console/tenants")
        page = operator.go("/console/audit?action=DELETE_TENANT")
        page.locator(".trail").get_by_text("Erased the workspace").first.wait_for()
        with hub.person(renamed) as stranger:
            stranger.expect("404")
            assert stranger.page.goto(hub.url(renamed)).status == 404


def scenario_console_drain(hub):
    """A shard is drained: its workspaces move while one cannot, which goes when its reason is gone; then it is opened again"""
    token = hub.operator()
    everything = hub.url(path="/api/tenants?shard=apac-1&limit=100")
    before = [tenant["subdomain"] for tenant in hub.call("GET", everything, token=token)["items"]]
    names = [fresh("drain") for _ in range(2)]
    for name in names:
        workspace(hub, name, region="apac")
    stuck = names[0]
    # Somebody else has copied it and waits before the switch.
    wanted = {"tenant": stuck, "target": "eu-1"}
    move = hub.call("POST", hub.url(path="/api/moves"), wanted, token)["move"]["id"]
    until(lambda: hub.call("GET", hub.url(path=f"/api/moves/{move}"), token=token)["state"] == "verified", "the move to be verified", 60)
    with hub.person() as operator:
        page = open_console(operator, "/console/shards")
        shard = page.locator("section.shard", has_text="apac-1")
        shard.get_by_role("link", name="Drain…").click()
        page.get_by_role("heading", name="Drain apac-1").wait_for()
        press(page)  # once its scripts run, the choice acts at once
        page.get_by_label("To", exact=True).select_option("eu")
        page.wait_for_url("**region=eu")
        operator.shoot("console-drain")
        ask(page, "Start draining…", "Start draining")
        rows = {name: page.locator(".drain-row", has_text=name) for name in names}
        rows[stuck].get_by_text("Not moved").wait_for()
        rows[names[1]].get_by_text("Moved", exact=True).wait_for(timeout=90_000)
        page.locator("[data-drain-text]", has_text="Still on apac-1: 1.").wait_for(timeout=90_000)
        operator.shoot("console-drained")
        hub.call("POST", hub.url(path=f"/api/moves/{move}/cancel"), token=token)
        until(lambda: hub.call("GET", hub.url(path=f"/api/moves/{move}"), token=token)["state"] == "cancelled", "the move to be cancelled", 60)
        ask(page, "Start again", "Start draining")
        page.locator("[data-drain-text]", has_text="have left apac-1").wait_for(timeout=90_000)
        assert hub.call("GET", everything, token=token)["total"] == 0
        page = operator.go("/console/shards")
        shard.get_by_text("Draining").wait_for()
        shard.get_by_role("button", name="Open", exact=True).click()
        page.locator("dialog[open]").get_by_role("button", name="Open", exact=True).click()
        shard.locator(".pill", has_text="Open").wait_for()
        # The page looks again by itself, and draws what came in between.
        shard.locator("svg.line").wait_for()
        operator.shoot("console-shards")
    for name in before:
        wanted = {"tenant": name, "target": "apac-1", "switch": True}
        move = hub.call("POST", hub.url(path="/api/moves"), wanted, token)["move"]["id"]
        until(lambda: hub.call("GET", hub.url(path=f"/api/moves/{move}"), token=token)["state"] == "switched", f"{name} to be back", 60)
        hub.call("POST", hub.url(path=f"/api/moves/{move}/complete"), token=token)


def scenario_console_cache(hub):
    """Warming every cache with progress; one is switched off for a reason, and on again"""
    with hub.person() as operator:
        page = open_console(operator, "/console/cache")
        page.get_by_role("button", name="Warm everything").click()
        page.get_by_text(re.compile(r"of \d+ tenants: ")).wait_for()
        page.locator("[data-warm-stop]", has_text="Close").wait_for()
        operator.shoot("console-warming")
        page.locator("[data-warm-stop]").click()
        cards = page.locator("section.card")
        for shard in ("us-1", "eu-1"):
            card = cards.filter(has=page.get_by_role("heading", name=shard))
            card.get_by_text("Tenants with the most in it").click()
            card.locator(".shares a").first.wait_for()
            assert not card.get_by_text("Nothing is cached yet").count()
        operator.shoot("console-cache")
        card = cards.filter(has=page.get_by_role("heading", name="apac-1"))
        card.get_by_role("button", name="Switch off…").click()
        dialog = page.locator("dialog[open]")
        operator.expect("400")
        dialog.get_by_role("button", name="Switch off").click()
        dialog.locator(".wrong").wait_for()
        dialog.get_by_label("Why").fill("A new Redis")
        operator.shoot("console-cache-off")
        dialog.get_by_role("button", name="Switch off").click()
        card.get_by_text("an operator switched it off: A new Redis").wait_for()
        card.get_by_role("button", name="Switch on…").click()
        page.locator("dialog[open]").get_by_role("button", name="Switch on").click()
        card.get_by_role("button", name="Switch off…").wait_for()
        card.locator(".pill", has_text=re.compile("^On$")).first.wait_for(timeout=60_000)


def scenario_console_pictures(hub):
    """Every page of the console, narrow and wide, light and dark: axe finds nothing; its keys are told"""
    with hub.person() as stranger:
        stranger.go("/console/moves")
        stranger.shoot("console-sign-in")
    with hub.person() as operator:
        page = open_console(operator)
        operator.shoot("console-overview")
        press(page, "?")
        page.get_by_role("heading", name="Keys").wait_for()
        operator.shoot("console-keys")
        press(page, "Escape")
        press(page, "t")
        page.get_by_role("heading", name="Tenants", level=1).wait_for()
        operator.shoot("console-tenants")
        press(page, "c")
        page.get_by_role("heading", name="New workspace").wait_for()
        operator.shoot("console-new")
        press(page, "Escape")
        press(page, "m")
        page.get_by_role("heading", name="Moves", level=1).wait_for()
        operator.shoot("console-moves")
        for path in ("/console/moves/plan", "/console/reports", "/console/audit", "/console/tenants?search=nothing-is-like-that"):
            operator.go(path)
            operator.shoot("console-" + re.sub(r"\W+", "-", path.removeprefix("/console/")))
        operator.expect("404")
        operator.go("/console/tenants/nobody-is-there")
        operator.shoot("console-not-found")
