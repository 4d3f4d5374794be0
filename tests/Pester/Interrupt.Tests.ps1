# A true SIGINT, as Ctrl+C gives it, to a pwsh of its own that runs one cmdlet; then the same command again.
BeforeDiscovery { $isUnix = -not $IsWindows }

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox

  function Start-Pwsh {
    # Through env, which gives back the signals that a background job may have been started without.
    param([string] $Script)
    $start = [System.Diagnostics.ProcessStartInfo]::new('env')
    # As a .NET tool, pwsh is a library that dotnet runs.
    $program = @([Environment]::ProcessPath) + @(if ((Split-Path ([Environment]::ProcessPath) -Leaf) -eq 'dotnet') { "$PSHOME/pwsh.dll" })
    foreach ($word in @('--default-signal=INT') + $program + '-NoProfile', '-Command', "Import-Module '$(Get-ModuleUnderTest)'; $Script") {
      $start.ArgumentList.Add($word)
    }
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process | Add-Member -NotePropertyName Told -NotePropertyValue $process.StandardOutput.ReadToEndAsync()
    $process
  }

  function Send-CtrlC {
    param($Process)
    & kill -INT $Process.Id
    $Process.WaitForExit(30000) | Should -BeTrue -Because 'a cmdlet that is stopped ends soon'
    $Process.Told.Result
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Ctrl+C' -Skip:(-not $isUnix) {
  BeforeEach { Reset-Sandbox $sandbox }

  It 'to New-HotstackSnapSet takes the images back, and the same command again makes the set' {
    Add-SandboxFault $sandbox @{ kind = 'StuckSnapshot'; server = 'master0' }
    $command = 'New-HotstackSnapSet hs-multi -StopServers -PollInterval 1 -Confirm:$false'
    $process = Start-Pwsh $command
    Wait-Until -Seconds 60 { @(Get-SandboxImage $sandbox).Count -eq 7 } # with the blueprint
    Send-CtrlC $process | Should -Match 'rollback deleted . images'
    Get-SandboxImage $sandbox | Should -BeNullOrEmpty
    Wait-Until -Seconds 60 { -not ((Get-HotstackInstance hs-multi).TaskState | Where-Object { $_ }) } # Nova notices at its next step that the images are gone
    (& ([scriptblock]::Create($command))).State | Should -Be Complete
  }

  It 'to Remove-HotstackSnapSet says what is left, and the same command again deletes it' {
    Add-SandboxSnapSet $sandbox AAAAaaaa
    Add-SandboxFault $sandbox @{ kind = 'Delay'; service = 'image'; method = 'DELETE'; nth = 2; delaySeconds = 4000 }
    $process = Start-Pwsh 'Remove-HotstackSnapSet AAAAaaaa -Confirm:$false'
    Wait-Until -Seconds 60 { @(Get-SandboxCall $sandbox | Where-Object method -EQ DELETE).Count -eq 2 }
    Send-CtrlC $process | Should -Match 'removal of SnapSet AAAAaaaa was stopped\. Still there: image'
    Remove-HotstackSnapSet AAAAaaaa -Confirm:$false
    Get-SandboxImage $sandbox | Should -BeNullOrEmpty
  }
}
