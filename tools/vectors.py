"""Sends every vector through the HTTP route of a real server, and ends with "N vectors, N failed"."""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROJECT = "Gatepost.Server.Tests"
CLASSES = "*VectorRouteTests"
FILE = re.compile(r'"([^"]+?)(?:\.expected\.json|\.json|\.eml)\\?"')


def folders():
    given = os.environ.get("GATEPOST_VECTORS") or str(ROOT / "tests" / "vectors")
    return [pathlib.Path(folder).absolute() for folder in given.split(os.pathsep)]


def vectors_of(folder):
    """The path of every vector below a folder, without its ending, and its provider."""
    found = {}
    for path in sorted(folder.rglob("*.json")):
        if path.name.endswith(".expected.json"):
            found[str(path).removesuffix(".expected.json")] = "(e-mail files)"
            continue
        content = json.loads(path.read_bytes())
        if isinstance(content, dict) and content.get("schema") == "gatepost-vector/1":
            found[str(path.with_suffix(""))] = content["provider"]
    return found


def run(results):
    """Builds and runs the tests that send vectors. Where the folders hold none of a kind they send the project's own, which do not count."""
    if subprocess.run(["dotnet", "build", f"tests/{PROJECT}", "-c", "Release", "-v", "quiet", "-nologo"], cwd=ROOT).returncode:
        return
    program = ROOT / "artifacts" / "bin" / PROJECT / "release" / PROJECT
    environment = dict(os.environ, GATEPOST_VECTORS=os.pathsep.join(map(str, folders())))
    # A path that is shortened in a test's name could not be told from others.
    arguments = ["-noColor", "-noLogo", "-class", CLASSES, "-printMaxStringLength", "0", "-result-xml", results]
    subprocess.run([program, *arguments], cwd=ROOT, env=environment)


def passed_in(results):
    """Whether each vector passed all tests that were given it."""
    passed = {}
    for test in xml.parse(results).iter("test"):
        if file := FILE.search(test.get("name")):
            passed[file[1]] = passed.get(file[1], True) and test.get("result") == "Pass"
    return passed


def main():
    empty, vectors = [], {}
    for folder in folders():
        found = vectors_of(folder)
        vectors |= found
        if not found:
            empty.append(folder)
    with tempfile.TemporaryDirectory() as temporary:
        results = pathlib.Path(temporary) / "results.xml"
        run(results)
        passed = passed_in(results) if results.exists() else {}
    failed = [path for path in vectors if not passed.get(path, False)]
    for provider, count in sorted(collections.Counter(vectors.values()).items()):
        bad = sum(vectors[path] == provider for path in failed)
        print(f"{provider:<18} {count:>4} vectors, {bad} failed")
    for path in failed:
        print(f"failed: {path}" if path in passed else f"no test took it: {path}")
    for folder in empty:
        print(f"no vectors in {folder}")
    print(f"{len(vectors)} vectors, {len(failed) + len(empty)} failed")
    return 1 if failed or empty else 0


sys.exit(main())
