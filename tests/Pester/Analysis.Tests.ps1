Describe 'PSScriptAnalyzer' -Tag Slow {
  BeforeDiscovery { $isMissing = -not (Get-Module PSScriptAnalyzer -ListAvailable) }

  It 'finds nothing in the manifest, the scripts and the tests' -Skip:$isMissing {
    & "$PSScriptRoot/../../build.ps1" -Task Analyze | Should -BeLike 'PSScriptAnalyzer finds nothing in * files.'
  }

  It 'is not here' -Skip:(-not $isMissing) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed' }
}
