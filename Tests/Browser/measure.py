"""How quickly the main pages of a workspace come, with 100 projects and 5,000 tasks in it.

Times are medians of five visits on this machine, in milliseconds after the navigation began: the first paint, and when the
page answers keys. Bytes are those on the wire of a first visit, with everything, and of the next one. Rounds are how often
something was asked for only because of what an answer before it said, until the page answers keys: 1 for the page alone, 2
for the page and what its head names.
"""

import argparse
import os
import shutil
import statistics
import uuid
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import sync_playwright

from hub import Hub

VISITS = 5


def seed(hub):
    """A workspace of its own; gives its name, and the project with 500 tasks."""
    tenant = "pages" + uuid.uuid4().hex[:8]
    made = hub.call("POST", hub.url(path="/api/auth/register-tenant"), {
        "tenantName": "Pages", "subdomain": tenant, "region": "us", "adminEmail": "pat@pages.example",
        "adminPassword": "Pages#123", "adminFullName": "Pat Pages"})
    hub.call("PUT", hub.url(path=f"/api/tenants/{made['tenant']['id']}"), {"maxProjects": 200}, hub.operator())
    token = hub.token("pat@pages.example", "Pages#123", tenant)
    me = made["user"]["id"]
    projects = [hub.call("POST", hub.url(tenant, "/api/projects"), {"name": f"Project {number}"}, token)["id"] for number in range(100)]
    # 500 on one, the others share the rest.
    tasks = [(projects[0], number) for number in range(500)] + [(projects[1 + number % 99], number) for number in range(4500)]

    def add(task):
        project, number = task
        hub.call("POST", hub.url(tenant, f"/api/projects/{project}/tasks"), {
            "title": f"Task {number} of many", "status": ("not-started", "in-progress", "completed")[number % 3],
            "priority": ("low", "medium", "high")[number % 3], "assignedTo": me if number % 5 == 0 else None,
            "dueDate": f"2030-{1 + number % 12:02}-15T12:00:00Z"}, token)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, tasks))
    return tenant, projects[0]


def visit(person, path):
    """One navigation: bytes, requests, first paint, interactive."""
    page = person.page
    sizes = []
    client = person.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    person.go(path)
    times = page.evaluate("""async () => {
        const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime
            ?? await new Promise(resolve => new PerformanceObserver((list, observer) => { observer.disconnect(); resolve(list.getEntries().at(-1).startTime); }).observe({ type: 'paint', buffered: true }));
        while (!performance.getEntriesByName('hub:ready').length) await new Promise(requestAnimationFrame);
        const ready = performance.getEntriesByName('hub:ready')[0].startTime;
        const asked = performance.getEntriesByType('resource').filter(entry => entry.transferSize && entry.startTime < ready && /\/assets\/.*(css|js)$/.test(entry.name));
        let rounds = 1, end = 0;
        for (const { startTime, responseEnd } of asked.sort((one, other) => one.startTime - other.startTime)) {
            if (rounds === 1 || startTime > end) { rounds += 1; end = Infinity; }
            end = Math.min(end, responseEnd);
        }
        return [rounds, first, ready];
    }""")
    client.detach()
    return sum(sizes), len([size for size in sizes if size]), *times


def measure(hub, tenant, name, path):
    rows = []
    for _ in range(VISITS):
        with hub.person(tenant, "pat@pages.example", "Pages#123") as person:
            # What the page after signing in still asks for is not this page's.
            person.expect("favicon.ico")
            person.go("/assets/0/favicon.svg")
            client = person.context.new_cdp_session(person.page)
            client.send("Network.clearBrowserCache")
            client.detach()
            first = visit(person, path)
            rows.append((*first, *visit(person, path)))
    first, again = ([statistics.median(column) for column in list(zip(*rows))[part]] for part in (slice(0, 5), slice(5, 10)))
    print(f"{name:22}" + "  ".join(f" {bytes_ / 1000:7.1f} kB {requests:4.0f} {rounds:6.0f} {paint:7.0f} {ready:7.0f}" for bytes_, requests, rounds, paint, ready in (first, again)), flush=True)


def drag(hub, tenant, project):
    """The longest task while a card is dragged across a board that shows all its 500 cards."""
    with hub.person(tenant, "pat@pages.example", "Pages#123") as person:
        page = person.go(f"/projects/{project}?view=board&cards=500")
        person.live()
        cards = page.locator(".task-card").count()
        page.evaluate("window.longest = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration); }).observe({ type: 'longtask' })")
        card = page.locator("[data-column=not-started] .task-card").nth(2)
        title, card = card.locator("[data-open]").inner_text(), card.bounding_box()
        column = page.locator("[data-column=completed]").bounding_box()
        x, y = card["x"] + 40, card["y"] + 14
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 41):
            page.mouse.move(x + (column["x"] + 60 - x) * step / 40, y + step)
        page.mouse.up()
        page.locator("[data-column=completed] .task-card", has_text=title).wait_for()
        page.locator("[data-busy]").wait_for(state="detached")
        print(f"\nBoard with {cards} cards: the longest task while a card is dragged and dropped took {page.evaluate('longest'):.0f} ms (0: none above 50)")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments = arguments.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("HUB_CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.localhost 127.0.0.1"],
        )
        hub = Hub(browser, arguments.port, "/tmp")
        tenant, project = seed(hub)
        print(f"{'':22} {'first visit':^38}   {'next visit':^38}")
        print(f"{'page':22}" + "  ".join([f" {'bytes':>10} {'req':>4} {'rounds':>6} {'paint':>7} {'ready':>7}"] * 2))
        for name, path in (("home", "/"), ("projects", "/projects"), ("project, list", f"/projects/{project}"), ("project, board", f"/projects/{project}?view=board"), ("audit log", "/audit")):
            measure(hub, tenant, name, path)
        drag(hub, tenant, project)
        browser.close()


main()
