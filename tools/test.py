"""Builds the tests, runs every test project, and ends with "N passed, N failed"."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIGURATION = "Release"
SUMMARY = re.compile(r"^\s*(total|failed|succeeded|skipped):\s*(\d+)", re.MULTILINE)


def build(project):
    return subprocess.run(["dotnet", "build", project, "-c", CONFIGURATION, "-v", "quiet", "-nologo"], cwd=ROOT).returncode == 0


def run(project):
    """Returns (passed, failed) of one test project; one that cannot run counts as a failure."""
    program = ROOT / "artifacts" / "bin" / project.stem / CONFIGURATION.lower() / project.stem
    print(f"== {project.stem}", flush=True)
    process = subprocess.Popen([program, *sys.argv[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = []
    for line in process.stdout:
        output.append(line)
        print(line, end="", flush=True)
    code = process.wait()
    counts = {name: int(count) for name, count in SUMMARY.findall("".join(output))}
    passed, failed = counts.get("succeeded", 0), counts.get("failed", 0)
    # 8: no test matched a filter that was given.
    if code not in (0, 8) and failed == 0:
        failed = 1
    return passed, failed


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
