"""What people do in a workspace."""

import datetime
import pathlib
import re
import uuid

from hub import press, until

ADMIN = {"tenant": "demo", "email": "admin@demo.com", "password": "Demo@123"}
MEMBER = {"tenant": "demo", "email": "user1@demo.com", "password": "User@123"}


def new_project(person, name):
    """Makes a project in the browser and stays on its page."""
    page = person.go("/projects")
    person.live()
    press(page, "c")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    return page


def add_task(page, title):
    page.get_by_label("Title of a new task").fill(title)
    press(page, "Enter")
    page.locator("[data-tag]", has_text=title).wait_for()


def choose(menu, value):
    """Chooses in a menu that has its choices only once it is used."""
    menu.focus()
    menu.select_option(value)


def unique(text):
    return f"{text} {uuid.uuid4().hex[:6]}"


def scenario_first_day(hub):
    """From signing up to the first project, the board and the audit log"""
    name = "first" + uuid.uuid4().hex[:8]
    with hub.person() as visitor:
        page = visitor.go("/")
        if not page.locator("form[action='/sign-up']").count():
            page.get_by_role("link", name=re.compile("create a workspace|sign up|get started", re.I)).first.click()
        page.locator("[name=tenantName]").fill("First Day")
        page.locator("[name=subdomain]").fill(name)
        page.locator("[name=region]").select_option("eu")
        page.locator("[name=adminFullName]").fill("Ada First")
        page.locator("[name=adminEmail]").fill("ada@first.example")
        page.locator("[name=adminPassword]").fill("First#123")
        page.locator("form[action='/sign-up'] button[type=submit]").click()
        page.get_by_role("link", name=re.compile(name)).first.wait_for()
    with hub.person(name, "ada@first.example", "First#123") as ada:
        page = ada.page
        page.get_by_text("You are done").wait_for()
        ada.shoot("home-empty")
        ada.go("/projects")
        ada.shoot("projects-empty")
        page = new_project(ada, "Launch")
        ada.shoot("project-empty")
        add_task(page, "Write the announcement")
        add_task(page, "Choose a date")
        page.get_by_role("link", name="Board").click()
        card = page.locator(".task-card", has_text="Choose a date")
        column = page.locator("[data-column=in-progress]")
        card.drag_to(column, source_position={"x": 20, "y": 14})
        column.locator("[data-tag]", has_text="Choose a date").wait_for()
        page.reload()
        column.locator("[data-tag]", has_text="Choose a date").wait_for()
        ada.go("/audit")
        page.locator(".audit-row", has_text="Changed a task").get_by_text("What changed").first.click()
        page.locator(".changes:visible", has_text="in-progress").wait_for()


def scenario_two_browsers(hub):
    """Two people see each other's changes without loading a page; a lost update shows both versions"""
    name, first, second = unique("Shared"), unique("Alpha"), unique("Beta")
    with hub.person(**ADMIN) as admin, hub.person(**MEMBER) as member:
        page = new_project(admin, name)
        add_task(page, first)
        other = member.go(page.url.split(str(hub.port))[1])
        member.live()
        admin.live()
        add_task(other, second)
        page.locator("[data-tag]", has_text=second).wait_for()
        # One changes the status, the other sees it.
        row = page.locator(".task-row", has_text=first)
        choose(row.get_by_label("Status of"), "completed")
        other.locator(".task-row.done", has_text=first).wait_for()
        # Both open the same task; the one who saves last decides.
        page.get_by_role("link", name=first).click()
        other.get_by_role("link", name=first).click()
        other.get_by_label("Title", exact=True).fill(first + " theirs")
        other.get_by_role("button", name="Save", exact=True).click()
        page.locator("[data-tag]", has_text=first + " theirs").wait_for()
        admin.expect("412")
        page.locator("dialog").get_by_label("Title", exact=True).fill(first + " mine")
        page.locator("dialog").get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("heading", name="Somebody else changed this meanwhile").wait_for()
        admin.shoot("lost-update")
        page.get_by_role("button", name="Keep mine").click()
        other.locator("[data-tag]", has_text=first + " mine").wait_for()


def scenario_offline(hub):
    """Without a connection an edit comes back with what was typed, and the mark says so"""
    with hub.person(**ADMIN) as admin:
        page = new_project(admin, unique("Offline"))
        admin.expect("ERR_INTERNET_DISCONNECTED")
        admin.context.set_offline(True)
        page.locator("#live[data-state=offline]").wait_for(state="attached")
        page.get_by_label("Title of a new task").fill("Typed while offline")
        press(page, "Enter")
        page.locator(".ghost", has_text="Typed while offline").wait_for()
        admin.context.set_offline(False)
        # It was only waiting: once the connection is back it is added, once.
        page.locator("[data-tag]", has_text="Typed while offline").wait_for()
        page.locator("#live[data-state=online]").wait_for(state="attached")
        assert page.locator("[data-tag]", has_text="Typed while offline").count() == 1


def scenario_edits_in_place(hub):
    """A change shows at once and comes back when it is refused; several in a row are no conflict; what others changed is kept"""
    token = hub.token("admin@demo.com", "Demo@123", "demo")
    project = hub.call("POST", hub.url("demo", "/api/projects"), {"name": unique("Edits")}, token)["id"]
    task = hub.call("POST", hub.url("demo", f"/api/projects/{project}/tasks"), {"title": "Edited"}, token)["id"]
    with hub.person(**ADMIN, locale="de-DE", timezone_id="Europe/Berlin") as admin:
        page = admin.go(f"/projects/{project}")
        admin.live()
        row = page.locator(".task-row", has_text="Edited")
        status = row.get_by_label("Status of")
        refused = "**/api/tasks/*/status"
        admin.expect("422")
        page.route(refused, lambda route: route.fulfill(status=422, content_type="application/problem+json", body='{"detail": "It is refused."}'))
        choose(status, "completed")
        page.locator(".toast.bad", has_text="It is refused.").wait_for()
        assert status.input_value() == "not-started" and not page.locator(".task-row.done").count()
        page.unroute(refused)
        page.get_by_role("button", name="Try again").click()
        page.locator(".task-row.done", has_text="Edited").wait_for()
        # One after the other, without waiting: each builds on the one before.
        choose(row.get_by_label("Priority of"), "high")
        who = row.get_by_label("Who does")
        who.focus()
        who.locator("option", has_text="Uma Fields").wait_for(state="attached")
        who.select_option(label="Uma Fields")
        row.get_by_role("button", name="Due date of").click()
        page.locator(".due-input").fill("2026-12-24")
        page.locator(".due-input").wait_for(state="detached")
        page.locator("[data-busy]").wait_for(state="detached")
        kept = hub.call("GET", hub.url("demo", f"/api/tasks/{task}"), token=token)
        assert (kept["priority"], kept["dueDate"]) == ("high", "2026-12-24T22:59:59Z"), kept
        assert kept["assignedTo"]["fullName"] == "Uma Fields", kept
        row.get_by_text("24. Dez").wait_for()
        assert not page.locator("dialog").count()
        # What is being typed in a form stays, and does not overwrite what another has changed meanwhile.
        page.locator("#edit-project summary").click()
        page.get_by_label("Name", exact=True).fill("Mine")
        theirs = unique("Theirs")
        hub.call("PUT", hub.url("demo", f"/api/projects/{project}"), {"name": theirs}, token)
        page.get_by_role("heading", name=theirs, level=1).wait_for()
        assert page.get_by_label("Name", exact=True).input_value() == "Mine"
        admin.expect("412")
        page.locator("#edit-project").get_by_role("button", name="Save").click()
        page.locator("dialog .version", has_text="Mine").wait_for()
        page.locator("dialog").get_by_role("button", name="Take theirs").click()
        page.locator("dialog").wait_for(state="detached")
        page.locator("#edit-project summary").click()
        assert page.get_by_label("Name", exact=True).input_value() == theirs


def scenario_large_board(hub):
    """A column with very many cards shows the newest, counts all, and shows more when its end is reached"""
    token = hub.token("admin@demo.com", "Demo@123", "demo")
    project = hub.call("POST", hub.url("demo", "/api/projects"), {"name": unique("Large")}, token)["id"]
    for number in range(35):
        hub.call("POST", hub.url("demo", f"/api/projects/{project}/tasks"), {"title": f"Card {number:02}"}, token)
    with hub.person(**ADMIN) as admin:
        page = admin.go(f"/projects/{project}?view=board")
        admin.live()
        column = page.locator("[data-column=not-started]")
        assert column.locator(".task-card").count() == 20
        assert column.locator("[data-count]").inner_text() == "35"
        admin.shoot("board-large")
        column.locator("[data-cards]").evaluate("list => list.scrollTo(0, list.scrollHeight)")
        page.locator(".task-card", has_text="Card 00").wait_for()
        page.locator(".task-card", has_text="Card 05").get_by_role("link").focus()
        press(page, "Shift+ArrowRight")
        page.locator("[data-column=in-progress] .task-card[data-tag]", has_text="Card 05").wait_for()
        assert column.locator("[data-count]").inner_text() == "34"
        page.reload()
        page.locator(".task-card", has_text="Card 00").wait_for()
    with hub.person(**ADMIN, java_script_enabled=False) as plain:
        page = plain.go(f"/projects/{project}?view=board")
        page.get_by_role("link", name="Show more").click()
        page.locator(".task-card", has_text="Card 00").wait_for()


def scenario_removed_person(hub):
    """An administrator removes a person, who is out at once"""
    email, name = f"{uuid.uuid4().hex[:8]}@demo.com", unique("Leaving")
    with hub.person(**ADMIN) as admin:
        page = admin.go("/people")
        admin.live()
        press(page, "c")
        page.locator("#new-fullName").fill(name)
        page.locator("#new-email").fill(email)
        page.locator("#new-password").fill("Leaving#1")
        page.get_by_role("button", name="Add", exact=True).click()
        row = page.locator(".person-row", has_text=name)
        row.wait_for()
        row.get_by_label("Role of").select_option("tenant_admin")
        page.get_by_text(f"{name} has another role now.").first.wait_for()
        row.get_by_label("Role of").select_option("user")
        with hub.person("demo", email, "Leaving#1") as leaving:
            leaving.live()
            leaving.expect("401")
            row.get_by_role("button", name="Remove").click()
            page.locator("dialog").get_by_role("button", name="Remove").click()
            row.wait_for(state="detached")
            leaving.page.get_by_role("heading", name="Sign in", level=1).wait_for()
            leaving.go("/")
            leaving.page.get_by_role("heading", name="Sign in", level=1).wait_for()


def scenario_session_ends(hub):
    """A session that ends takes nothing with it that was typed; a page on which nothing was, goes"""
    text = unique("Half a thought")
    with hub.person(**MEMBER) as person:
        page = person.go("/projects")
        person.live()
        person.expect("401")
        page.get_by_role("searchbox").fill("Looked for, not written")
        page.evaluate("fetch('/api/auth/logout', { method: 'POST' })")
        page.get_by_role("heading", name="Sign in", level=1).wait_for()
        page = person.sign_in(MEMBER["email"], MEMBER["password"], "/projects")
        person.live()
        press(page, "c")
        page.get_by_label("Name", exact=True).fill(text)
        page.evaluate("fetch('/api/auth/logout', { method: 'POST' })")
        page.get_by_role("heading", name="Sign in again").wait_for()
        person.shoot("signed-out")
        page.locator("#again-password").fill("Wrong#123")
        page.locator("dialog").get_by_role("button", name="Sign in").click()
        page.locator("dialog").get_by_role("alert").wait_for()
        page.locator("#again-password").fill(MEMBER["password"])
        page.locator("dialog").get_by_role("button", name="Sign in").click()
        page.locator("#again-password").wait_for(state="detached")
        assert page.get_by_label("Name", exact=True).input_value() == text
        person.live()
        page.get_by_role("button", name="Create project").click()
        page.get_by_role("heading", name=text, level=1).wait_for()


def scenario_move(hub):
    """A workspace moves while its people add tasks: nothing is lost and nobody sees an error"""
    tenant = "move" + uuid.uuid4().hex[:8]
    hub.call("POST", hub.url(path="/api/auth/register-tenant"), {
        "tenantName": "Moving", "subdomain": tenant, "region": "us", "adminEmail": "mia@moving.example",
        "adminPassword": "Moving#1", "adminFullName": "Mia Moving"})
    token = hub.operator()
    with hub.person(tenant, "mia@moving.example", "Moving#1") as mia:
        page = new_project(mia, "Under way")
        mia.live()
        wanted = {"tenant": tenant, "target": "eu-1", "switch": True}
        move = hub.call("POST", hub.url(path="/api/moves"), wanted, hub.operator())["move"]["id"]
        titles = []

        def is_switched():
            titles.append(f"Task {len(titles):03}")
            add_task(page, titles[-1])
            state = hub.call("GET", hub.url(path=f"/api/moves/{move}"), token=hub_token)["state"]
            assert state not in ("failed", "cancelled"), state
            return state in ("switched", "completed")

        hub_token = hub.operator()
        until(is_switched, "the move", seconds=90)
        for _ in range(3):
            titles.append(f"Task {len(titles):03}")
            add_task(page, titles[-1])
        mia.live()
        token, kept = hub.token("mia@moving.example", "Moving#1", tenant), []
        path = page.url.split("/projects/")[1].split("?")[0]
        while len(kept) < len(titles):
            found = hub.call("GET", hub.url(tenant, f"/api/projects/{path}/tasks?limit=100&offset={len(kept)}"), token=token)
            kept += [task["title"] for task in found["items"]]
            assert found["items"], f"{len(titles)} were added, {len(kept)} are there"
        assert sorted(kept) == titles
        assert not page.locator(".toast.bad").count()


def scenario_keyboard(hub):
    """A whole visit with the keyboard alone"""
    name = unique("Keys")
    with hub.person("demo") as person:
        page = person.go("/")
        press(page, "Tab")
        press(page, "Enter")  # skip to the content
        page.get_by_label("Email").focus()
        page.keyboard.type("admin@demo.com")
        press(page, "Tab")
        page.keyboard.type("Demo@123")
        press(page, "Enter")
        page.get_by_role("button", name="Sign out").first.wait_for()
        page = person.go("/projects")
        person.live()
        press(page, "?")
        page.get_by_role("heading", name="Keys").wait_for()
        person.shoot("help")
        press(page, "Escape")
        press(page, "c")
        page.keyboard.type(name)
        press(page, "Enter")
        page.get_by_role("heading", name=name, level=1).wait_for()
        person.live()
        press(page, "c")
        for title in ("One", "Two"):
            page.keyboard.type(title)
            press(page, "Enter")
            page.locator("[data-tag]", has_text=title).wait_for()
        press(page, "Escape")
        press(page, "j")
        press(page, "j")
        assert page.evaluate("document.activeElement.textContent.trim()") == "One"
        press(page, "k")
        press(page, "Enter")
        page.get_by_role("heading", name="Task", exact=True).wait_for()
        press(page, "Escape")
        assert page.evaluate("document.activeElement.textContent.trim()") == "Two"
        press(page, "s")
        assert "Status of Two" in page.evaluate("document.activeElement.getAttribute('aria-label')")
        press(page, "Escape")
        press(page, "/")
        page.keyboard.type("One")
        page.locator("[data-tag]", has_text="Two").wait_for(state="detached")
        assert "search=One" in page.url
        page.goto(page.url.split("?")[0] + "?view=board")
        person.live()
        press(page, "j")
        press(page, "Shift+ArrowRight")
        page.locator("[data-column=in-progress] [data-tag]").wait_for()


def scenario_without_scripts(hub):
    """Signing in, making a project and a task, and changing it, in a browser that runs no script"""
    name = unique("Plain")
    with hub.person("demo", "user2@demo.com", "User@123", java_script_enabled=False) as person:
        page = person.go("/projects")
        page.locator("#new-project summary").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Create project").click()
        page.get_by_role("heading", name=name, level=1).wait_for()
        page.get_by_label("Title of a new task").fill("By hand")
        page.get_by_role("button", name="Add").click()
        page.get_by_role("link", name="By hand").click()
        page.get_by_label("Status").select_option("completed")
        page.get_by_label("Due").fill("2030-01-31")
        page.get_by_role("button", name="Save").click()
        page.locator(".task-row.done", has_text="By hand").wait_for()
        page.get_by_label("Search tasks").fill("nothing like it")
        page.get_by_role("button", name="Filter").click()
        page.get_by_text("Nothing matches.").wait_for()


def scenario_time_zones(hub):
    """What is overdue depends on the day where the person is"""
    with hub.person(**ADMIN) as admin:
        token = hub.token("admin@demo.com", "Demo@123", "demo")
        me = hub.call("GET", hub.url("demo", "/api/auth/me"), token=token)["user"]["id"]
        project = hub.call("POST", hub.url("demo", "/api/projects"), {"name": unique("Zones")}, token)["id"]
        title = unique("Due")
        # Noon of that day in UTC: the 10th in London, already the 11th in Auckland (UTC+13).
        hub.call("POST", hub.url("demo", f"/api/projects/{project}/tasks"), {"title": title, "assignedTo": me, "dueDate": "2026-01-10T12:00:00Z"}, token)
        admin.check()
    for zone, now, group in (("Europe/London", "2026-01-10T20:00:00Z", "today"), ("Pacific/Honolulu", "2026-01-10T20:00:00Z", "today"), ("Europe/London", "2026-01-11T01:00:00Z", "overdue")):
        with hub.person("demo", timezone_id=zone) as person:
            person.page.clock.set_fixed_time(now)
            person.sign_in("admin@demo.com", "Demo@123")
            person.page.locator(f"[data-agenda-group={group}] [data-tag]", has_text=title).wait_for()


def scenario_audit_days(hub):
    """The audit log's days are those where the person is, on the page and in the file"""
    token = hub.token("admin@demo.com", "Demo@123", "demo")
    name = unique("Midnight")
    made = hub.call("POST", hub.url("demo", "/api/projects"), {"name": name}, token)
    moment = datetime.datetime.fromisoformat(made["createdAt"])
    # One of these is on another day than UTC, whatever the time is.
    for zone, hours in (("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11)):
        day = moment.astimezone(datetime.timezone(datetime.timedelta(hours=hours))).date()
        with hub.person(**ADMIN, timezone_id=zone) as admin:
            page = admin.go("/audit?action=CREATE_PROJECT")
            admin.live()
            page.get_by_text(f"Days and times are those of {zone.replace('_', ' ')}.").wait_for()
            row = page.locator(".audit-row", has_text=name)
            page.get_by_label("From").fill(str(day + datetime.timedelta(days=1)))
            row.wait_for(state="detached")
            page.get_by_label("From").fill(str(day))
            row.wait_for()
            page.get_by_label("to", exact=True).fill(str(day - datetime.timedelta(days=1)))
            row.wait_for(state="detached")
            page.get_by_label("to", exact=True).fill(str(day))
            row.wait_for()
            with page.expect_download() as download:
                page.get_by_role("button", name="Export CSV").click()
            assert name in pathlib.Path(download.value.path()).read_text()
            # An address without a time zone becomes one of whoever looks.
            page = admin.go(f"/audit?action=CREATE_PROJECT&from={day}&to={day}")
            page.wait_for_url(f"**from={day}T00*")
            row.wait_for()
            assert page.get_by_label("From").input_value() == str(day)


def scenario_sessions(hub):
    """A person sees where they are signed in, and ends another session, which is out at once"""
    email, name = f"{uuid.uuid4().hex[:8]}@demo.com", unique("Everywhere")
    body = {"email": email, "password": "Sessions#1", "fullName": name, "role": "user"}
    hub.call("POST", hub.url("demo", "/api/users"), body, hub.token("admin@demo.com", "Demo@123", "demo"))
    person = {"tenant": "demo", "email": email, "password": "Sessions#1"}
    with hub.person(**person) as here, hub.person(**person) as there, hub.person(**person) as elsewhere:
        for one in (there, elsewhere):
            one.live()
            one.expect("401")
        page = here.go("/settings")
        here.live()
        rows = page.locator(".session-row")
        assert rows.count() == 3
        assert rows.first.get_by_text("This session").count() == 1
        here.shoot("sessions")
        rows.nth(1).get_by_role("button", name="End").click()
        page.get_by_text("The session has ended.").first.wait_for()
        until(lambda: rows.count() == 2, "the session to be gone")
        asked = [one.page.get_by_role("heading", name="Sign in", level=1) for one in (there, elsewhere)]
        until(lambda: sum(question.count() for question in asked) == 1, "one of them to be out")
        page.get_by_role("button", name="End all others").click()
        page.locator("dialog").get_by_role("button", name="End them").click()
        until(lambda: rows.count() == 1, "the other session to be gone")
        until(lambda: sum(question.count() for question in asked) == 2, "the other to be out")
        page.get_by_role("button", name="End all others").wait_for(state="detached")


def scenario_pictures(hub):
    """Every page, narrow and wide, light and dark: axe finds nothing, and nothing is wider than the screen"""
    with hub.person("demo") as stranger:
        stranger.go("/")
        stranger.shoot("sign-in")
        stranger.expect("404")
        stranger.go("/nothing-here")
        stranger.shoot("not-found")
    with hub.person(**ADMIN) as admin:
        page = admin.page
        admin.live()
        admin.shoot("home")
        page = admin.go("/projects")
        admin.live()
        admin.shoot("projects")
        page.locator("#new-project summary").click()
        admin.shoot("projects-new")
        press(page, "Escape")
        page.locator(".project-row a").last.click()
        page.locator("#rows").wait_for()
        admin.live()
        admin.shoot("project-list")
        page.get_by_role("link", name="Board").click()
        page.locator("[data-board]").wait_for()
        admin.live()
        admin.shoot("project-board")
        page.locator(".task-card [data-open]").first.click()
        page.get_by_role("heading", name="Task", exact=True).wait_for()
        admin.shoot("task-sheet")
        press(page, "Escape")
        page.goto(page.locator("[data-open]").first.evaluate("link => link.href"))
        admin.live()
        admin.shoot("task")
        for path in ("people", "audit", "settings"):
            admin.go(f"/{path}")
            admin.live()
            admin.shoot(path)
