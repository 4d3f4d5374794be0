# README's five minutes, as they stand there, on the sandbox that its line starts.

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1"
  Import-Module (Get-ModuleUnderTest)
  $section = ((Get-Content "$PSScriptRoot/../../README.md" -Raw) -split '(?m)^## ' -like 'Five minutes*')[0]
  $null = $section -match '(?s)```shell\n(?<serve>.*?)```.*?```console\n(?<session>.*?)```'
  $serve = $Matches.serve.Trim() -replace '^.*? -- ' -split ' '
  # Each command with what README shows of its output.
  $session = foreach ($part in $Matches.session -split '(?m)^PS> ' -notmatch '^\s*(#|$)') {
    $line, $shown = $part -split '\n', 2
    [pscustomobject]@{ Line = ($line -replace '\s+#.*').Trim(); Shown = @($shown -split '\n' -match '\S') }
  }

  $before = Get-ChildItem env:OS_*, env:KUBECONFIG, env:PATH, env:HOME -ErrorAction Ignore
  $env:HOME = "$TestDrive" # for the known hosts
  $program = $env:HOTSTACK_SANDBOX ?? (
    Get-ChildItem "$PSScriptRoot/../../src/Hotstack.SnapSet.Sandbox/bin/*/*/Hotstack.SnapSet.Sandbox.dll" | Sort-Object LastWriteTime |
      Select-Object -Last 1).FullName
  $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
  @($program) + $serve | ForEach-Object { $start.ArgumentList.Add($_) }
  $start.RedirectStandardOutput = $true
  $sandbox = [System.Diagnostics.Process]::Start($start)
  $said = do { $line = $sandbox.StandardOutput.ReadLine(); $line } while ($null -ne $line -and $line -ne 'Ctrl+C ends it.')
  $null = ($said -join "`n") -match '(?s)In PowerShell:\n(?<lines>.*?)\n\n'
  $printed = $Matches.lines -split '\n' | ForEach-Object Trim
}

AfterAll {
  if ($sandbox) { kill -INT $sandbox.Id; $null = $sandbox.WaitForExit(10000) }
  Remove-Item env:OS_CLIENT_CONFIG_FILE, env:OS_CLOUD, env:KUBECONFIG -ErrorAction Ignore
  $before | ForEach-Object { Set-Item "env:$($_.Name)" $_.Value }
}

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
      # Words, and not how they are aligned; ids, ages and addresses are others each time.
      $head = $command.Shown | Select-Object -First 1
      if ($head) { $text -replace '\s+', ' ' | Should -Match ([regex]::Escape(($head.Trim() -replace '\s+', ' '))) -Because $command.Line }
    }
  }

  It 'names a file that a stack can be restored by' {
    $printed[-1] -match "'(?<path>.*)'$" | Should -BeTrue
    $restored = Get-HotstackSnapSet -Latest | Restore-HotstackSnapSet -StackName hs-file -ParameterFile $Matches.path -Confirm:$false
    $restored.Status | Should -Be 'CREATE_COMPLETE'
  }
}
