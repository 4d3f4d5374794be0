# Runs these tests and ends with their counts on the last line; for the xunit test that includes them in `dotnet test`.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module Pester -ListAvailable | Where-Object Version -GE '5.0')) { 'Pester 5 is not installed'; exit 3 }
Import-Module Pester -MinimumVersion '5.0'
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$result = Invoke-Pester -Configuration $configuration
"Pester: $($result.PassedCount) passed, $($result.FailedCount) failed, $($result.SkippedCount) skipped"
exit [int] ($result.Result -ne 'Passed' -or $result.PassedCount -eq 0)
