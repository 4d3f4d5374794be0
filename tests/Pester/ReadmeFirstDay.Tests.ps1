# README's cluster in its first day, as it stands there, on the sandbox that its line starts: about a minute and a half.

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1", "$PSScriptRoot/Readme.psm1"
  Import-Module (Get-ModuleUnderTest)
  $readme = Get-ReadmeSession 'Five minutes' 1
  $session = $readme.Commands
  $sandbox = Start-ReadmeSandbox $readme.Serve "$TestDrive"
  $printed = $sandbox.Printed
}

AfterAll { Stop-ReadmeSandbox $sandbox }

Describe 'README, of a cluster in its first day' -Skip:$IsWindows {
  It 'waits for the certificates by the line that the sandbox prints' {
    $wait = @($printed -match '^Wait-HotstackCluster')
    $wait.Count | Should -Be 1
    $session.Line | Should -Contain $wait[0]
  }

  It 'tells a story that happens: hours are announced, and within two minutes the cluster is safe, and frozen' {
    $printed -match '^\$env:' | ForEach-Object { Invoke-Expression $_ }
    $ConfirmPreference = 'None'
    $ErrorActionPreference = 'Stop' # each command of a pipe
    $took = @{}
    $outputs = foreach ($command in $session) {
      $watch = [System.Diagnostics.Stopwatch]::StartNew()
      $output = @(Invoke-Expression $command.Line)
      $took[$command.Line -replace ' .*'] = $watch.Elapsed
      $text = $output | Out-String -Width 120
      foreach ($shown in $command.Shown -notmatch '\.\.\.' -replace '\bby \d{4}-.*') {
        Compare-ReadmeOutput $text $shown | Should -BeTrue -Because "$($command.Line) gave: $text"
      }

      $output
    }

    $first, $second = $outputs | Where-Object { $_.PSObject.TypeNames -like '*ClusterReport' }
    $first.Verdict, $second.Verdict | Should -Be NotYet, Safe
    ($first.Eta - $second.CheckedAt).TotalHours | Should -BeGreaterThan 6
    $took['Wait-HotstackCluster'] | Should -BeLessThan ([timespan] '0:02:00')
    $set = $outputs | Select-Object -Last 1
    $set.State | Should -Be Complete
    ($set.UnattendedUntil - $second.CheckedAt).TotalDays | Should -BeGreaterThan 25
  }
}
