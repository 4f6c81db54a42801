"""Builds the tests, runs every test project, and ends with "N passed, N failed"."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIGURATION = "Release"
SUMMARY = re.compile(r"Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)")


def build(project):
    return subprocess.run(["dotnet", "build", project, "-c", CONFIGURATION, "-v", "quiet", "-nologo"], cwd=ROOT).returncode == 0


def run(project):
    """Returns (passed, failed) of one test project; one that cannot run counts as a failure."""
    program = ROOT / "artifacts" / "bin" / project.stem / CONFIGURATION.lower() / project.stem
    print(f"== {project.stem}", flush=True)
    process = subprocess.Popen([program, "-noColor", *sys.argv[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = []
    for line in process.stdout:
        output.append(line)
        print(line, end="", flush=True)
    code = process.wait()
    found = SUMMARY.search("".join(output))
    if not found:
        return 0, 1
    total, errors, failed, skipped, not_run = map(int, found.groups())
    failed += errors
    return total - failed - skipped - not_run, failed if failed or code == 0 else 1


def main():
    projects = sorted((ROOT / "tests").glob("*.Tests/*.csproj"))
    if not build("Gatepost.slnx"):
        print("the build failed")
        print("0 passed, 1 failed")
        return 1
    results = [run(project) for project in projects]
    passed, failed = sum(r[0] for r in results), sum(r[1] for r in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
