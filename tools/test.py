"""Builds the tests, runs every test project, and ends with what failed and "N passed, N failed"."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIGURATION = "Release"
SUMMARY = re.compile(r"Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)")


def build(project):
    return subprocess.run(["dotnet", "build", project, "-c", CONFIGURATION, "-v", "quiet", "-nologo"], cwd=ROOT).returncode == 0


def failures(output):
    """What the runner said of each failed test: its name, and the lines indented below it down to the stack trace."""
    shown, below = [], False
    for line in output:
        below = line.endswith("[FAIL]\n") or (below and line.startswith("      ") and line.strip() != "Stack Trace:")
        if below:
            shown.append(line)
    return shown


def run(project, storage="sqlite"):
    """Returns (passed, failed, what failed) of one test project; one that cannot run counts as a failure."""
    program = ROOT / "artifacts" / "bin" / project.stem / CONFIGURATION.lower() / project.stem
    print(f"== {project.stem}" + ("" if storage == "sqlite" else f" on {storage}"), flush=True)
    process = subprocess.Popen(
        [program, "-noColor", *sys.argv[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, GATEPOST_TEST_STORAGE=storage))
    output = []
    for line in process.stdout:
        output.append(line)
        print(line, end="", flush=True)
    code = process.wait()
    found = SUMMARY.search("".join(output))
    if not found:
        return 0, 1, [f"  {project.stem} ended with code {code} and no summary\n"]
    total, errors, failed, skipped, not_run = map(int, found.groups())
    failed += errors
    if code and not failed:
        return total - skipped - not_run, 1, [f"  {project.stem} ended with code {code}\n"]
    return total - failed - skipped - not_run, failed, failures(output)


def main():
    projects = sorted((ROOT / "tests").glob("*.Tests/*.csproj"))
    if not build("Gatepost.slnx"):
        print("the build failed")
        print("0 passed, 1 failed")
        return 1
    results = [run(project) for project in projects]
    # What the outside sees must not depend on the database.
    results += [run(project, "postgres") for project in projects if project.stem == "Gatepost.Server.Tests"]
    passed, failed = sum(r[0] for r in results), sum(r[1] for r in results)
    # Again at the end: whoever reads only the last lines of a log sees what to mend.
    print("".join(line for r in results for line in r[2]), end="")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
