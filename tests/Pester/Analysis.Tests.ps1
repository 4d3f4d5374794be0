Describe 'PSScriptAnalyzer' {
  It 'finds nothing in the manifest, the scripts and the tests' {
    if (-not (Get-Module PSScriptAnalyzer -ListAvailable)) { Set-ItResult -Skipped -Because 'it is not installed' }
    & "$PSScriptRoot/../../build.ps1" -Task Analyze | Should -BeLike 'PSScriptAnalyzer finds nothing in * files.'
  }
}
