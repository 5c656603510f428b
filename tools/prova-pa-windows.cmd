@echo off
rem Fem minuter pa riktig Windows: startar prova-pa-windows.ps1, som skriver en rapport pa skrivbordet.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0prova-pa-windows.ps1" %*
pause
