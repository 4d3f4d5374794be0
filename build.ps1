<#
.SYNOPSIS
  Builds, tests and packs the module. Each task is a call of dotnet, which works without PowerShell as well.
.EXAMPLE
  ./build.ps1 -Task Build
  Import-Module ./out/Hotstack.SnapSet
#>
[CmdletBinding()]
param(
  # Build: the module, in out/Hotstack.SnapSet. Test: all tests. Pester: the cmdlets' tests alone. Package: a zip of the
  # module, to be unpacked where $env:PSModulePath points. Clean: remove what was built.
  [ValidateSet('Build', 'Test', 'Pester', 'Package', 'Clean')]
  [string[]] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$module = "$PSScriptRoot/out/Hotstack.SnapSet"

function Build-Module { dotnet publish "$PSScriptRoot/src/Hotstack.SnapSet" --output $module }

switch ($Task) {
  'Build' { Build-Module }
  'Test' { dotnet test $PSScriptRoot }
  'Pester' {
    Build-Module
    dotnet build "$PSScriptRoot/src/Hotstack.SnapSet.Sandbox"
    pwsh -NoProfile -File "$PSScriptRoot/tests/Pester/Run.ps1"
  }
  'Package' {
    Build-Module
    Compress-Archive -Path $module -DestinationPath "$module.zip" -Force
  }
  'Clean' {
    dotnet clean $PSScriptRoot
    Remove-Item "$PSScriptRoot/out" -Recurse -Force -ErrorAction Ignore
  }
}
