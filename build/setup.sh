# What ./orleansbatch, ./demo, ./test and .ci/run share; sourced, never run.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# Servers that outlive a build would hold on to its files and to the terminal.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 3
}

need_dotnet() {
    if ! command -v dotnet >/dev/null && [ -x "${HOME:-}/.dotnet/dotnet" ]; then
        PATH="$HOME/.dotnet:$PATH"
    fi
    local sdks=""
    if command -v dotnet >/dev/null; then
        sdks=$(cd / && dotnet --list-sdks </dev/null)
    fi
    if ! grep -q '^10\.' <<<"$sdks"; then
        fail "The .NET SDK 10 is missing: install it from https://dotnet.microsoft.com/download/dotnet/10.0 (or your system's" \
            "package dotnet-sdk-10.0)."
    fi
}

# The program searches the same places; see Embedded/PostgresSearch.cs.
postgres_folder() {
    local folder folders
    if [ -n "${ORLEANSBATCH_PG_BIN:-}" ]; then
        printf '%s\n' "$ORLEANSBATCH_PG_BIN"
        return 0
    fi
    IFS=: read -r -a folders <<<"$PATH"
    for folder in "${folders[@]}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/lib64/pgsql*/bin /usr/libexec/postgresql* \
        /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /Applications/Postgres.app/Contents/Versions/*/bin \
        /Library/PostgreSQL/*/bin /opt/postgresql/*/bin /usr/local/pgsql/bin; do
        if [ -x "$folder/postgres" ]; then
            printf '%s\n' "$(dirname "$(readlink -f "$folder/postgres")")"
            return 0
        fi
    done
    return 1
}

has_postgres() {
    postgres_folder >/dev/null
}

need_postgres() {
    if has_postgres; then
        return 0
    fi
    if ! command -v apt-get >/dev/null; then
        fail "No Postgres server was found: install Postgres 14 or newer (macOS: brew install postgresql@17; Fedora: dnf install" \
            "postgresql-server), or set ORLEANSBATCH_PG_BIN to the folder with its binaries."
    fi
    say "No Postgres server was found: installing the postgresql package with apt-get; no system cluster is created or started."
    install_postgres || fail "apt-get could not install the postgresql package: install it by hand and try again."
    has_postgres || fail "The postgresql package brought no server binaries: set ORLEANSBATCH_PG_BIN to the folder that holds them."
}

# The tests run the Python that docs/producers.md shows.
has_psycopg() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import psycopg' >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

# Without it one test fails and says what to install; the others need none of it.
want_psycopg() {
    if has_psycopg || ! command -v apt-get >/dev/null; then
        return 0
    fi
    say "Python's Postgres driver was not found: installing the python3-psycopg package with apt-get."
    { apt_get update && apt_get install python3-psycopg; } || say "apt-get could not install python3-psycopg; one test will fail."
}

# Some tests give silos hosts of their own, which root alone may make. Without the programs those tests are skipped and say why.
want_network_tools() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        return 0
    fi
    local program package missing=()
    for package in iproute2:ip nftables:nft; do
        program=${package#*:}
        if ! PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null; then
            missing+=("${package%:*}")
        fi
    done
    if [ "${#missing[@]}" = 0 ]; then
        return 0
    fi
    say "Programs that make networks were not found: installing ${missing[*]} with apt-get."
    { apt_get update && apt_get install "${missing[@]}"; } ||
        say "apt-get could not install ${missing[*]}; the tests of several hosts will be skipped."
}

# The S3 of the tests: Ceph's gateway with one monitor and one object store. Without it the tests on S3 fail and say so.
want_radosgw() {
    local program
    for program in radosgw radosgw-admin ceph ceph-mon ceph-osd ceph-authtool monmaptool; do
        if ! command -v "$program" >/dev/null; then
            if ! command -v apt-get >/dev/null; then
                return 0
            fi
            say "$program was not found: installing radosgw, ceph-mon and ceph-osd with apt-get."
            { apt_get update && apt_get install radosgw ceph-mon ceph-osd; } ||
                say "apt-get could not install them; the tests on S3 will fail."
            return 0
        fi
    done
}

# The judge of Delta tables, 546 MB, and an S3 that must be refused. Both are brought once, and a newer version once more.
want_npm_tools() {
    local folder=${ORLEANSBATCH_TEST_TOOLS:-$root/artifacts/tools} stamp
    local packages=(s3rver@3.7.1 @chdb/lib-linux-x64-gnu@26.7.3-stable.1)
    stamp="$folder/.installed"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "${packages[*]}" ]; then
        return 0
    fi
    if ! command -v npm >/dev/null; then
        say "npm was not found; the tests that need ${packages[*]} will fail. Install Node.js 20."
        return 0
    fi
    say "Installing ${packages[*]} with npm into $folder."
    mkdir -p "$folder"
    printf '{"private":true}\n' >"$folder/package.json"
    if (cd "$folder" && npm install --no-audit --no-fund --ignore-scripts --loglevel=error "${packages[@]}" </dev/null >&2); then
        printf '%s' "${packages[*]}" >"$stamp"
    else
        say "npm could not install them; the tests that need them will fail."
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends "$@" </dev/null >&2
}

install_postgres() {
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "Installing needs root and there is no sudo: run \"apt-get install postgresql\" as root, then try again."
    fi
    local settings=/etc/postgresql-common/createcluster.conf marker="create_main_cluster = false # set by OrleansBatch's set-up"
    apt_get update && apt_get install postgresql-common || return 1
    # The package would start a system cluster; the private one is all that is needed. The setting is taken back afterwards.
    if [ -f "$settings" ]; then
        printf '%s\n' "$marker" | as_root tee -a "$settings" >/dev/null
    fi
    local installed=0
    apt_get install postgresql || installed=$?
    if [ -f "$settings" ]; then
        as_root sed -i "/# set by OrleansBatch's set-up\$/d" "$settings"
    fi
    return "$installed"
}

# Runs a build whose output matters only when it fails.
quietly() {
    local output
    if ! output=$("$@" 2>&1 </dev/null); then
        say "$output"
        return 1
    fi
}

# One compiler for all projects of a build saves a third of its time. It would outlive the build, and is ended with it.
build() {
    local compiler="orleansbatch-$$" result=0
    quietly dotnet build "$1" -c Release --nologo -v q -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" || result=$?
    pkill -f -- "-pipename:$compiler" 2>/dev/null || true
    return "$result"
}

# Builds a project in Release unless nothing has changed since the last time.
build_release() {
    local project=$1 what=$2
    shift 2
    local stamp="$root/artifacts/.built-$(basename "$project")"
    if [ -f "$stamp" ] && [ -z "$(newer_sources "$stamp" "$@")" ]; then
        return 0
    fi
    mkdir -p "$root/artifacts"
    if command -v flock >/dev/null; then
        # Two builds at once would fight over the same files.
        exec 9>"$root/artifacts/.build.lock"
        flock 9
        if [ -f "$stamp" ] && [ -z "$(newer_sources "$stamp" "$@")" ]; then
            exec 9>&-
            return 0
        fi
    fi
    say "Building $what ..."
    # Stamped with the time before the build: what is edited during it counts as changed.
    touch "$stamp.new"
    (cd "$root" && build "$project" 9>&-) ||
        fail "The build failed; its output is above."
    mv "$stamp.new" "$stamp"
    exec 9>&-
}

# Directories count too: a deleted file shows in nothing else.
newer_sources() {
    local stamp=$1
    shift
    (cd "$root" && find "$@" Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt -newer "$stamp" -print -quit)
}

build_silo() {
    build_release Silo/Silo.csproj OrleansBatch Silo Sinks Drill Embedded Grains Grains.Interfaces Producer Statements Contracts sql
    [ -f "$root/artifacts/bin/Silo/release/OrleansBatch.Silo.dll" ] ||
        fail "The build made no program: delete $root/artifacts and try again."
}
