"""Runs the scenarios of this folder in headless Chromium against a running deployment.

Every file *_scenarios.py is read; each function scenario_… in it gets a Hub and is one scenario, named by its docstring.

    run.py --port PORT --shots FOLDER [--only PART]
"""

import argparse
import importlib
import os
import pathlib
import shutil
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

from hub import Hub


def scenarios(part):
    for file in sorted(pathlib.Path(__file__).parent.glob("*_scenarios.py")):
        for name, function in vars(importlib.import_module(file.stem)).items():
            if name.startswith("scenario_") and part in f"{file.stem}.{name}":
                yield f"{file.stem.removesuffix('_scenarios')}: {(function.__doc__ or name).strip()}", function


def said(error):
    """What went wrong, and in which line of a scenario."""
    here = str(pathlib.Path(__file__).parent)
    lines = [line for line in traceback.format_tb(error.__traceback__) if here in line and "run.py" not in line]
    return "".join(lines) + f"  {type(error).__name__}: {error}\n" + "".join(f"  {note}\n" for note in getattr(error, "__notes__", []))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--shots", required=True)
    arguments.add_argument("--only", default="")
    arguments = arguments.parse_args()
    executable = os.environ.get("HUB_CHROMIUM") or shutil.which("chromium") or sys.exit("chromium is missing: apt-get install chromium")
    failed = passed = 0
    with sync_playwright() as playwright:
        # Names under localhost are this machine whatever its resolver says.
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.localhost 127.0.0.1"],
        )
        hub = Hub(browser, arguments.port, arguments.shots)
        for name, scenario in scenarios(arguments.only):
            start = time.monotonic()
            try:
                scenario(hub)
                passed += 1
                print(f"✔ {name} ({time.monotonic() - start:.1f} s)", flush=True)
            except Exception as error:
                failed += 1
                print(f"✘ {name} ({time.monotonic() - start:.1f} s)\n{said(error)}", flush=True)
        browser.close()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
