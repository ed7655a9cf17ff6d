@echo off
rem Builds Hone quietly when its sources are newer than the last build, then runs it with the arguments given.
setlocal
set "root=%~dp0"
set "program=%root%artifacts\bin\Hone.Cli\release\hone.dll"
set "stamp=%root%artifacts\hone.stamp"

if not exist "%program%" goto build
if not exist "%stamp%" goto build
powershell -NoProfile -Command "$built = (Get-Item -LiteralPath $env:stamp).LastWriteTimeUtc; $inputs = @(Get-ChildItem -LiteralPath ($env:root + 'src'), ($env:root + 'tools') -Recurse) + @(Get-Item ($env:root + 'Directory.*'), ($env:root + '*.json')); if ($inputs.LastWriteTimeUtc -gt $built) { exit 1 }"
if not errorlevel 1 goto run

:build
where dotnet >nul 2>nul
if errorlevel 1 (
    echo Hone needs the .NET 10 SDK. Install it from https://dot.net/download and run this again. 1>&2
    exit /b 1
)
echo Building Hone, which takes a minute or two ... 1>&2
if not exist "%root%artifacts" mkdir "%root%artifacts"
set "log=%TEMP%\hone-build-%RANDOM%.log"
set "started=%TEMP%\hone-build-%RANDOM%.started"
type nul >"%started%"
dotnet build "%root%src\Hone.Cli" -c Release -v q -nologo <nul >"%log%" 2>&1
if errorlevel 1 (
    type "%log%" 1>&2
    del "%log%" "%started%"
    echo Hone could not be built. The messages above say why. 1>&2
    exit /b 1
)
rem The stamp is as old as the build's start: what changed during the build is built next time.
move /y "%started%" "%stamp%" >nul
del "%log%"

:run
rem As the user called it, for the commands that messages tell to type.
set "HONE_PROGRAM=%~0"
dotnet "%program%" %*
exit /b %errorlevel%
