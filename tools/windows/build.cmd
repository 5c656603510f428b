@echo off
rem Builds dist\JobOffice Sync Center.exe on Windows: Python 3.13 from python.org, nothing else. JOBSYNC_FOLDER=1 gives a folder.
setlocal
cd /d "%~dp0..\.."
set PYTHONHASHSEED=1
set SOURCE_DATE_EPOCH=1700000000
if not exist build\venv py -3.13 -m venv build\venv || exit /b 1
build\venv\Scripts\python -m pip install -q --no-deps --only-binary=:all: --require-hashes -r tools\windows\requirements.lock || exit /b 1
build\venv\Scripts\python -m PyInstaller --noconfirm --workpath build\work build.spec || exit /b 1
dir dist
