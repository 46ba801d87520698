@echo off
rem Runs the taper command from this checkout, built first (Release) when a source is newer than the last build.
rem The build says nothing unless it fails, and nothing of it goes to stdout. The same as ./taper.
setlocal
set "root=%~dp0"
set "out=%root%src\Taper.Cli\bin\Release\net10.0"
set "built=%out%\built.stamp"

where dotnet >nul 2>nul || (echo taper: dotnet is not on the PATH: install the .NET 10 SDK 1>&2 & exit /b 1)
if not exist "%built%" goto build
powershell -NoProfile -Command "$b = (Get-Item $env:built).LastWriteTime; exit [int][bool](Get-ChildItem ($env:root + 'src'), ($env:root + 'eng') -Recurse | Where-Object { $_.LastWriteTime -gt $b -and $_.FullName -notmatch '\\(bin|obj)(\\|$)' } | Select-Object -First 1)"
if not errorlevel 1 goto run

:build
set "log=%TEMP%\taper-build-%RANDOM%.log"
dotnet build "%root%src\Taper.Cli" -c Release -v quiet > "%log%" 2>&1 < nul
if errorlevel 1 (type "%log%" 1>&2 & del "%log%" & echo taper: the build failed 1>&2 & exit /b 1)
del "%log%"
type nul > "%built%"

:run
dotnet "%out%\taper.dll" %*
exit /b %errorlevel%
