"""What scenarios share: people in browsers of their own, and whether all went well on their pages."""

import contextlib
import json
import os
import pathlib
import time
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe

PATIENCE = 15_000
"""How long a page may take for anything, in milliseconds. It is a bound, never a pause."""

WIDTHS = {390: 844, 1280: 860}
SCHEMES = ("light", "dark")
AXE_LOOKS = {(390, "light"), (1280, "dark")}


class Hub:
    """A running deployment, and the browser that looks at it."""

    def __init__(self, browser, port, shots):
        self.browser = browser
        self.port = port
        self.shots = pathlib.Path(shots)
        self.shots.mkdir(parents=True, exist_ok=True)
        self.axe = Axe()

    def url(self, tenant=None, path="/"):
        """Of a tenant's host, or of the apex."""
        return f"http://{tenant + '.' if tenant else ''}hub.localhost:{self.port}{path}"

    @contextlib.contextmanager
    def person(self, tenant=None, email=None, password=None, **options):
        """Somebody with a browser of their own; signed in when an email is given. Fails when anything went wrong there."""
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": WIDTHS[1280]}, **options})
        context.set_default_timeout(PATIENCE)
        person = Person(self, context, tenant)
        try:
            if email:
                person.sign_in(email, password)
            yield person
            person.check()
        except Exception as error:
            error.add_note(f"{email or 'somebody'} was on {person.page.url}" + "".join(f"\n    {text}" for text in person.complaints))
            with contextlib.suppress(Exception):
                person.page.screenshot(path=self.shots / "failed.png")
            raise
        finally:
            context.close()

    def call(self, method, url, body=None, token=None):
        """One request of a script: the answer's JSON."""
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        host = urllib.request.urlparse(url).netloc
        request = urllib.request.Request(url.replace(host, f"127.0.0.1:{self.port}"), data, {**headers, "Host": host}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {url}: {error.code} {error.read().decode()}") from None
        return json.loads(text) if text else None

    def token(self, email, password, tenant=None):
        return self.call("POST", self.url(tenant, "/api/auth/login"), {"email": email, "password": password})["token"]

    def operator(self):
        """The token of the super admin."""
        return self.token(os.environ.get("HUB_EMAIL", "superadmin@system.com"), "Admin@123")


class Person:
    """One browser context with one page, and all that was complained of in it."""

    def __init__(self, hub, context, tenant):
        self.hub, self.context, self.tenant = hub, context, tenant
        self.complaints = []
        self.expected = []
        self.page = self.open()

    def open(self):
        page = self.context.new_page()
        page.on("console", lambda message: message.type in ("error", "warning") and self.complain(f"console: {message.text} {message.location.get('url', '')}"))
        page.on("pageerror", lambda error: self.complain(f"script: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and self.complain(f"{answer.status} {answer.url}"))
        # A refused script or style is a message in the console as well; this names the directive.
        page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))")
        return page

    def complain(self, text):
        self.complaints.append(text)

    def expect(self, part):
        """A complaint with this text in it is part of the scenario."""
        self.expected.append(part)

    def check(self):
        wrong = [text for text in self.complaints if not any(part in text for part in self.expected)]
        assert not wrong, "complaints in the browser:\n  " + "\n  ".join(wrong)

    def go(self, path="/"):
        self.page.goto(self.hub.url(self.tenant, path))
        return self.page

    def sign_in(self, email, password, path="/"):
        page = self.go(path)
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").first.wait_for()
        return page

    def live(self):
        """Waits until the page follows what others do."""
        self.page.locator("#live[data-state=online]").wait_for(state="attached")

    def axe(self, what):
        """Fails when axe finds anything against WCAG 2.2 AA on the page as it is."""
        found = self.hub.axe.run(self.page, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).response
        lines = [f"{rule['id']}: {rule['help']}\n      {node['html'][:200]}\n      {node['failureSummary'][:300]}" for rule in found["violations"] for node in rule["nodes"][:3]]
        assert not lines, f"axe on {what}:\n    " + "\n    ".join(lines)

    def shoot(self, name):
        """Pictures of the page as it is, narrow and wide, light and dark; axe looks at both widths and both schemes once."""
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                if (width, scheme) in AXE_LOOKS:
                    self.axe(f"{name} at {width}, {scheme}")
                overflow = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert overflow <= 0, f"{name} is {overflow} px wider than a screen of {width}"
                self.page.screenshot(path=self.hub.shots / f"{name}-{width}-{scheme}.png")
        self.page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def press(page, *keys):
    """Presses keys one after the other, on a page whose scripts listen to them."""
    page.locator(":root[data-ready]").wait_for(state="attached")
    for key in keys:
        page.keyboard.press(key)


def until(condition, what, seconds=15):
    """Waits for a condition outside any page."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)
