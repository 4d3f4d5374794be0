BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Stopping' {
  BeforeEach { Reset-Sandbox $sandbox }

  It 'deletes the images that were begun, says so, and starts the servers again' {
    Add-SandboxFault $sandbox @{ kind = 'StuckSnapshot'; server = 'master0' }
    $shell = Start-Command 'New-HotstackSnapSet hs-multi -StopServers -StartServers -PollInterval 1'
    try {
      Wait-Until { @(Get-SandboxImage $sandbox).Count -eq 6 }
      $shell.Stop()
      Get-SandboxImage $sandbox | Should -BeNullOrEmpty
      $shell.Streams.Error | Should -BeNullOrEmpty
      "$($shell.InvocationStateInfo.State)" | Should -Be Stopped
      $shell.Streams.Warning -join ' ' | Should -Match 'images that were begun were deleted'
      (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be ACTIVE
    }
    finally { $shell.Dispose() }
  }

  It 'by a later command ends the cmdlet in peace' {
    (Get-HotstackInstance hs-multi | Select-Object -First 1).Name | Should -Be controller
    Add-SandboxSnapSet $sandbox AAAAaaaa
    Add-SandboxSnapSet $sandbox BBBBbbbb
    (Remove-HotstackSnapSet * -PassThru -Confirm:$false | Select-Object -First 1).Id | Should -BeIn AAAAaaaa, BBBBbbbb
  }
}

Describe 'Progress' {
  It 'is told for the set and for each member, and ended' {
    Reset-Sandbox $sandbox
    $shell = Start-Command 'New-HotstackSnapSet hs-multi -StopServers -PollInterval 1'
    try {
      Wait-Until { $shell.InvocationStateInfo.State -ne 'Running' }
      $records = $shell.Streams.Progress
      $set = $records | Where-Object Activity -Like 'Creating SnapSet*' | Select-Object -First 1
      $members = $records | Where-Object ParentActivityId -EQ $set.ActivityId
      $members.Activity | Select-Object -Unique | Should -HaveCount 6
      foreach ($work in $records | Group-Object ActivityId) { "$($work.Group[-1].RecordType)" | Should -Be Completed }
      ($records | Measure-Object PercentComplete -Maximum).Maximum | Should -BeLessOrEqual 100
    }
    finally { $shell.Dispose() }
  }
}

Describe 'Verbose and debug' {
  It 'tell the steps and the calls, without secrets' {
    $told = Get-HotstackSnapSet -Verbose -Debug 4>&1 5>&1 | Out-String
    $told | Should -Match 'Using the cloud sandbox'
    $told | Should -Match 'image'
    $told | Should -Not -Match 'password'
  }
}
