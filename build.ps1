<#
.SYNOPSIS
  Builds, tests, packs and installs the module.
.DESCRIPTION
  Each task is a call of dotnet, which works without PowerShell as well, or of a module that tests PowerShell's part.
.PARAMETER Task
  Build: the module, in out/Hotstack.SnapSet.
  Test: all tests, with the quick ones in Pester.
  Pester: all tests in Pester (needs Pester 5 or 6).
  Analyze: all scripts and manifests, by PSScriptAnalyzer (needs it).
  Help: updates the pages of the help and the golden surface, and lists what a change of a cmdlet still lacks.
  Package: the module as out/Hotstack.SnapSet.<version>.nupkg, for a gallery or a folder that is registered as one.
  Install: packs it and installs the package for the current user.
  Clean: removes what was built.
.PARAMETER Prerelease
  The label of a prerelease, such as beta1, for Build, Package and Install.
.EXAMPLE
  ./build.ps1 -Task Build
  Import-Module ./out/Hotstack.SnapSet
.EXAMPLE
  ./build.ps1 -Task Test, Pester, Analyze
#>
[CmdletBinding()]
param(
  [ValidateSet('Build', 'Test', 'Pester', 'Analyze', 'Help', 'Package', 'Install', 'Clean')]
  [string[]] $Task = 'Build',
  [ValidatePattern('^[A-Za-z0-9]*$')]
  [string] $Prerelease
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$project = "$PSScriptRoot/src/Hotstack.SnapSet"
$out = "$PSScriptRoot/out"
$label = "-p:VersionSuffix=$Prerelease"

function Publish-Build { dotnet publish $project --output "$out/Hotstack.SnapSet" $label }

function New-Package { dotnet pack $project --output $out $label }

function Install-Build {
  $version = dotnet msbuild $project -getProperty:Version $label
  Register-PSResourceRepository -Name Hotstack.Build -Uri $out -Trusted -Force
  $choice = @{ Version = "[$version]"; Prerelease = [bool] $Prerelease; Repository = 'Hotstack.Build' }
  try { Install-PSResource Hotstack.SnapSet @choice -Reinstall }
  finally { Unregister-PSResourceRepository Hotstack.Build }
}

# PSScriptAnalyzer 1.25 may fail to find Get-Command in runspaces of its own, and then does so for the life of the process
# (PowerShell/PSScriptAnalyzer#2205): each attempt has a new one.
function Invoke-Analyzer([string[]] $Path, [string] $Settings) {
  $PSNativeCommandUseErrorActionPreference = $false
  foreach ($attempt in 1..5) {
    $found = pwsh -NoProfile -NonInteractive -Command {
      param([string[]] $Path, [string] $Settings)
      $ErrorActionPreference = 'Stop'
      try {
        $Path | Invoke-ScriptAnalyzer -Settings $Settings |
          ForEach-Object { "$($_.ScriptPath):$($_.Line): $($_.RuleName): $($_.Message)" }
      } catch { "$_" }
    } -args $Path, $Settings
    if ($LASTEXITCODE) { throw "The pwsh that ran PSScriptAnalyzer ended with $LASTEXITCODE." }
    if ("$found" -notmatch "'Get-Command' is not recognized") { break }
  }
  $found
}

function Invoke-Analysis {
  $scripts = Get-ChildItem $PSScriptRoot -Recurse -Include *.ps1, *.psm1, *.psd1 |
    Where-Object { [IO.Path]::GetRelativePath($PSScriptRoot, $_) -notmatch '^(out|TestResults)[\\/]|[\\/](bin|obj)[\\/]' }
  $found = Invoke-Analyzer $scripts.FullName "$PSScriptRoot/tests/Pester/PSScriptAnalyzerSettings.psd1"
  if ($found) { throw "PSScriptAnalyzer found:`n$($found -join "`n")" }
  "PSScriptAnalyzer finds nothing in $($scripts.Count) files."
}

switch ($Task) {
  'Build' { Publish-Build }
  'Test' { dotnet test $PSScriptRoot }
  'Pester' {
    Publish-Build
    dotnet build "$PSScriptRoot/src/Hotstack.SnapSet.Sandbox"
    pwsh -NoProfile -File "$PSScriptRoot/tests/Pester/Run.ps1"
  }
  'Analyze' { Invoke-Analysis }
  'Help' {
    dotnet run --project "$PSScriptRoot/src/Hotstack.SnapSet.Help" -- update $PSScriptRoot
  }
  'Package' { New-Package }
  'Install' {
    New-Package
    Install-Build
  }
  'Clean' {
    dotnet clean $PSScriptRoot
    Remove-Item $out -Recurse -Force -ErrorAction Ignore
  }
}
