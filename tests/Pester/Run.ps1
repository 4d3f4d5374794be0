<#
.SYNOPSIS
  Runs the tests of this folder and ends with `N passed, N failed, N skipped`.
.DESCRIPTION
  Each file runs in a pwsh of its own, since variables and loaded assemblies are the process's, and two files at a time. A line
  that begins with FAIL names each test that failed. Ends with 1 if any failed or none ran, with 3 where there is neither Pester 5 nor 6.
.PARAMETER Path
  One file, to be run in this process. By default all of this folder.
.PARAMETER Quick
  Only the tests with the tag Quick, in this process: what only PowerShell can show, and what costs little. `dotnet test` runs these.
#>
[CmdletBinding()]
param([string] $Path, [switch] $Quick)

$ErrorActionPreference = 'Stop'

function Invoke-File([string[]] $File, [string] $Tag) {
  Import-Module Pester -MinimumVersion '5.0' -MaximumVersion '6.999'
  $configuration = New-PesterConfiguration
  $configuration.Run.Path = $File
  $configuration.Run.PassThru = $true
  if ($Tag) { $configuration.Filter.Tag = $Tag }
  $result = Invoke-Pester -Configuration $configuration
  # Besides tests, what is around them fails as well: a BeforeAll, or the file itself.
  $failed = @($result.Failed) + @($result.FailedBlocks) + @($result.FailedContainers) | Where-Object { $_.ErrorRecord }
  $failed | ForEach-Object { "FAIL $(Split-Path ($_.ScriptBlock.File ?? $_.Item) -Leaf): $($_.ExpandedPath ?? $_.Item): $($_.ErrorRecord[0])" }
  "$($result.PassedCount) passed, $(@($failed).Count) failed, $($result.SkippedCount) skipped"
  exit [int] ($result.Result -ne 'Passed' -or ($Tag -and $result.PassedCount -eq 0))
}

function Invoke-All {
  $sum = @{ Passed = 0; Failed = 0; Skipped = 0 }
  # The long files first, so that the last to end is a short one.
  Get-Item "$PSScriptRoot/*.Tests.ps1" | Sort-Object Length -Descending | ForEach-Object -ThrottleLimit 2 -Parallel {
    $text = pwsh -NoProfile -NonInteractive -File $using:PSCommandPath -Path $_.FullName 2>&1 | Out-String
    if ($text -notmatch '(?m)^\d+ passed, \d+ failed, \d+ skipped\s*\z') { $text += "FAIL $($_.Name): pwsh ended early`n0 passed, 1 failed, 0 skipped" }
    $text
  } | ForEach-Object {
    $_
    if ($_ -match '(\d+) passed, (\d+) failed, (\d+) skipped\s*$') {
      $sum.Passed += [int] $Matches[1]
      $sum.Failed += [int] $Matches[2]
      $sum.Skipped += [int] $Matches[3]
    }
  }
  "$($sum.Passed) passed, $($sum.Failed) failed, $($sum.Skipped) skipped"
  exit [int] ($sum.Failed -gt 0 -or $sum.Passed -eq 0)
}

if (-not (Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -in 5, 6 })) { 'Neither Pester 5 nor 6 is installed.'; exit 3 }
if ($Path) { Invoke-File $Path }
elseif ($Quick) { Invoke-File (Select-String '-Tag Quick' "$PSScriptRoot/*.Tests.ps1" -List).Path Quick }
else { Invoke-All }
