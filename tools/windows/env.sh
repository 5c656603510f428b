# shellcheck shell=bash
# Where the Windows Python under Wine lives, and how it is called. To be sourced.
JOBSYNC_WINE=${JOBSYNC_WINE:-$HOME/.cache/joboffice-sync-center-wine}
WINE_PYTHON=3.13 # the minor version; its files come from panda3d's wheel, see setup.sh
export JOBSYNC_WINE WINE_PYTHON
export WINEPREFIX=$JOBSYNC_WINE/prefix WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES='mscoree,mshtml,winedbg.exe='
WINE_HOME=$JOBSYNC_WINE/prefix/drive_c/Python

# A Linux path as Windows under Wine sees it.
windows_path() { printf 'Z:%s' "${1//\//\\}"; }

# Run the Windows Python. Its standard streams must be pipes or /dev/null: a regular file there stops any Python
# under Wine 8 ("init_sys_streams ... WinError 6"). Without DISPLAY a screen is made for the occasion.
# Wine's services live a while longer than the program: they must not inherit the locks (8 and 9) of our callers.
windows_python() {
  local screen=()
  [ -n "${DISPLAY:-}" ] || screen=(xvfb-run -a)
  (set -o pipefail; "${screen[@]}" wine 'C:\Python\python.exe' "$@" </dev/null 2>&1 8>&- 9>&- | cat)
}
