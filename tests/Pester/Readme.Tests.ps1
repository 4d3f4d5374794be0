# README's five minutes, as they stand there, on the sandbox that its line starts.

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1", "$PSScriptRoot/Readme.psm1"
  Import-Module (Get-ModuleUnderTest)
  $readme = Get-ReadmeSession 'Five minutes'
  $session = $readme.Commands
  $sandbox = Start-ReadmeSandbox $readme.Serve "$TestDrive"
  $printed = $sandbox.Printed
}

AfterAll { Stop-ReadmeSandbox $sandbox }

Describe 'README' -Skip:$IsWindows {
  It 'has the lines that the sandbox prints' {
    $commands = @($printed -match '^[A-Z]\w+-Hotstack')
    $commands.Count | Should -BeGreaterThan 3
    $commands | ForEach-Object { $session.Line | Should -Contain $_ }
  }

  It 'describes a session that happens' {
    $printed -match '^\$env:' | ForEach-Object { Invoke-Expression $_ }
    $ConfirmPreference = 'None'
    $ErrorActionPreference = 'Stop' # each command of a pipe
    $session.Count | Should -BeGreaterThan 8
    foreach ($command in $session) {
      $text = Invoke-Expression $command.Line 6>&1 | Out-String -Width 120
      $head = $command.Shown | Select-Object -First 1
      if ($head) { Compare-ReadmeOutput $text $head | Should -BeTrue -Because "$($command.Line) gave: $text" }
    }
  }

  It 'names a file that a stack can be restored by' {
    $printed[-1] -match "'(?<path>.*)'$" | Should -BeTrue
    $restored = Get-HotstackSnapSet -Latest | Restore-HotstackSnapSet -StackName hs-file -ParameterFile $Matches.path -Confirm:$false
    $restored.Status | Should -Be 'CREATE_COMPLETE'
  }
}
