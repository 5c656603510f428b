#!/bin/bash
# A 64-bit Windows Python with Tk and PyInstaller under Wine, from Debian's packages and PyPI alone.
# Idempotent: each step leaves a stamp with what it was made from; remove $JOBSYNC_WINE to start over.
#
# Where the bytes come from
#   python313.dll, *.pyd, Tcl/Tk, OpenSSL, SQLite, libffi   PyPI panda3d 1.10.16, deploy_libs/: CPython 3.13.11's own
#                                                           files, signed by the Python Software Foundation
#   vcruntime140*.dll, msvcp140.dll                         PyPI msvc-runtime (Microsoft's redistributables)
#   Lib/*.py                                                a CPython 3.13 on this machine (python3.13)
#   tcl8.6/ tk8.6/ script libraries                         Debian libtcl8.6 libtk8.6
#   python.exe python3.dll                                  a few lines compiled here with mingw-w64
#   packages                                                PyPI, pinned with hashes in requirements.lock
# On Windows none of this is needed: a Python from python.org and requirements.lock are the same.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/windows/env.sh
. "$here/env.sh"
mkdir -p "$JOBSYNC_WINE"/{stamps,wheels,build}
exec 9>"$JOBSYNC_WINE/lock" && flock 9 # two builds at once would tread on each other
cd "$JOBSYNC_WINE"
PANDA='panda3d==1.10.16 --hash=sha256:0e505261bb58d8402d0099c291f1a3459acfdd38f3e7d666e72aa2e1ea5dc46f'
MSVC='msvc-runtime==14.51.36231 --hash=sha256:f3c3ac4f733a774f6ae209567e533bfde6f72dc1c10977733bfe09ce01e5b624'
PIP=(python3 -m pip --disable-pip-version-check)
FOR_WINDOWS=(--no-deps --only-binary=:all: --platform win_amd64 --python-version "$WINE_PYTHON" --implementation cp)

step() { # step NAME MADE-FROM: runs NAME_ unless it was run with the same
  if [ "$(cat "stamps/$1" 2>/dev/null)" = "$2" ]; then return; fi
  local start=$SECONDS
  echo "== $1"
  "$1_"
  printf %s "$2" > "stamps/$1"
  echo "   $1: $((SECONDS - start)) s"
}

standard_library() { # the folder of a CPython of the same minor version on this machine
  local one
  for one in "python$WINE_PYTHON" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$WINE_PYTHON".*/bin/python; do
    "$one" -c 'import os; print(os.path.dirname(os.__file__))' 2>/dev/null && return
  done
  echo "No CPython $WINE_PYTHON on this machine: its standard library is needed." >&2
  return 1
}

prefix_() {
  rm -rf "$WINEPREFIX"
  xvfb-run -a sh -c 'wineboot -i && wine winecfg -v win10 && wineserver -w' </dev/null 2>&1 8>&- 9>&- | cat
  cp /usr/share/wine/fonts/marlett.ttf "$WINEPREFIX"/drive_c/windows/Fonts/ # the signs on the title bar's buttons
  grep -q '"ProductName"="Microsoft Windows 10"' "$WINEPREFIX/system.reg" # Debian's default is Windows 7
}

wheels_() {
  printf '%s\n' "$PANDA" "$MSVC" > wheels/requirements.txt
  "${PIP[@]}" download -q "${FOR_WINDOWS[@]}" --require-hashes -d wheels -r wheels/requirements.txt
}

python_() {
  rm -rf "$WINE_HOME" build/x
  mkdir -p "$WINE_HOME"/{DLLs,Lib/site-packages,tcl} build/x
  unzip -qo wheels/panda3d-*.whl 'deploy_libs/*' -d build/x
  unzip -qoj wheels/msvc_runtime-*.whl '*/data/Scripts/vcruntime140.dll' '*/data/Scripts/vcruntime140_1.dll' \
    '*/data/Scripts/msvcp140.dll' -d "$WINE_HOME"
  local from=build/x/deploy_libs
  # free-threaded, CPython's own tests, and what calls a function that Wine 8 lacks (platform does without it)
  rm -f $from/*t-win_amd64.pyd $from/_test*.pyd $from/_wmi.pyd
  cp $from/python313.dll "$WINE_HOME"/
  cp $from/*.pyd $from/{tcl86t,tk86t,zlib1,libffi-8,libssl-3,libcrypto-3,sqlite3}.dll "$WINE_HOME"/DLLs/
  tar -C "$(standard_library)" --exclude=__pycache__ --exclude=./site-packages --exclude=./lib-dynload --exclude=./test \
    --exclude='./config-*' --exclude='_sysconfigdata*' --exclude=./idlelib --exclude=./turtledemo \
    --exclude=./ensurepip -chf - . | tar -C "$WINE_HOME/Lib" -xf -
  tcl_
  launchers_
}

tcl_() { # the DLLs insist on their own patch level
  local version
  cp -r /usr/share/tcltk/tcl8.6 /usr/share/tcltk/tk8.6 "$WINE_HOME"/tcl/
  mv "$WINE_HOME"/tcl/tcl8.6/tcl8 "$WINE_HOME"/tcl/tcl8
  rm -f "$WINE_HOME"/tcl/*/*AppInit.c
  version=$(x86_64-w64-mingw32-strings -n 5 build/x/deploy_libs/tcl86t.dll | grep -xE '8\.6\.[0-9]+' | head -1)
  sed -i -E "s/^(package require -exact Tcl +)8\.6\.[0-9]+/\1$version/" "$WINE_HOME"/tcl/tcl8.6/init.tcl
  sed -i -E "s/^(package require -exact Tk +)8\.6\.[0-9]+/\1$version/" "$WINE_HOME"/tcl/tk8.6/tk.tcl
}

launchers_() {
  cd build
  gendef x/deploy_libs/python313.dll >/dev/null 2>&1
  x86_64-w64-mingw32-dlltool -d python313.def -D python313.dll -l libpython313.dll.a
  cat > python.c <<'C'
#include <wchar.h>
__declspec(dllimport) int Py_Main(int, wchar_t **);
int wmain(int argc, wchar_t **argv) { return Py_Main(argc, argv); }
C
  x86_64-w64-mingw32-gcc -O2 -s -municode -static-libgcc -o "$WINE_HOME/python.exe" python.c -L. -lpython313.dll
  # python3.dll: forwarders to python313.dll, for wheels of the stable ABI
  { printf 'LIBRARY python3.dll\nEXPORTS\n'
    sed -nE 's/\r$//; s/^(_?Py[A-Za-z0-9_]*)( DATA)?$/\1 = python313.\1\2/p' python313.def; } > python3.def
  echo 'int __stdcall DllMain(void *a, unsigned b, void *c) { return 1; }' > empty.c
  x86_64-w64-mingw32-gcc -shared -s -nostdlib -e DllMain -o "$WINE_HOME/python3.dll" empty.c python3.def
  # bcryptprimitives.dll is Windows' own; Wine 8 has none and some wheels want it. Only in the prefix, never shipped.
  cat > bcp.c <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n) { return SystemFunction036(p, (ULONG)n) ? TRUE : FALSE; }
C
  x86_64-w64-mingw32-gcc -shared -s -O2 -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" bcp.c -ladvapi32
  cd ..
}

packages_() {
  rm -rf "$WINE_HOME/Lib/site-packages"
  "${PIP[@]}" install -q "${FOR_WINDOWS[@]}" --no-compile --require-hashes --root-user-action=ignore \
    --target "$WINE_HOME/Lib/site-packages" -r "$here/requirements.lock"
}

made_from() { cat "$@" | sha256sum | cut -c1-16; }
step prefix "$(wine --version) $WINEPREFIX"
step wheels "$PANDA $MSVC"
step python "$PANDA $MSVC $(made_from "$here/setup.sh")"
step packages "$(made_from "$here/requirements.lock") $(cat stamps/python)"
