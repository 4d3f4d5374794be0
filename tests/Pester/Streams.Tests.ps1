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
      Wait-Until { @(Get-SandboxImage $sandbox).Count -eq 7 } # with the blueprint
      $shell.Stop()
      Get-SandboxImage $sandbox | Should -BeNullOrEmpty
      $shell.Streams.Error | Should -BeNullOrEmpty
      "$($shell.InvocationStateInfo.State)" | Should -Be Stopped
      $shell.Streams.Warning -join ' ' | Should -Match 'rollback deleted . images'
      (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be ACTIVE
    }
    finally { $shell.Dispose() }
  }

  It '<Command> ends within seconds, and says what is left' -ForEach @(
    @{ Command = 'Restore-HotstackSnapSet AAAAaaaa -StackName hs-stop -Template $template -AllowNewNodes -PollInterval 1'; Says = 'stack stays for inspection'; Slow = $true }
    @{ Command = 'Wait-HotstackCluster -For Stable -StableFor 30m'; Says = $null }
    @{ Command = 'Invoke-HotstackRevive hs-multi -StableFor 20m -SettleTime 0 -PollInterval 0.1s'; Says = 'was stopped\. Reached: Servers: all servers were running' }
  ) {
    Add-SandboxSnapSet $sandbox AAAAaaaa
    if ($Slow) { Add-SandboxFault $sandbox @{ kind = 'Delay'; service = 'orchestration'; path = '/resources$'; delaySeconds = 2000; times = 0 } }
    $shell = Start-Command "`$template = '$($sandbox.Template)'; $Command"
    try {
      Wait-Until { $shell.Streams.Progress.Count -gt 0 -or ($Slow -and (Get-SandboxCall $sandbox | Where-Object path -Like '*/stacks')) }
      (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 5
      "$($shell.InvocationStateInfo.State)" | Should -Be Stopped
      $shell.Streams.Error | Should -BeNullOrEmpty
      if ($Says) { $shell.Streams.Warning -join ' ' | Should -Match $Says } else { $shell.Streams.Warning | Should -BeNullOrEmpty }
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
    $shell = Start-Command 'New-HotstackSnapSet hs-multi -StopServers -StartServers -PollInterval 1'
    try {
      Wait-Until { $shell.InvocationStateInfo.State -ne 'Running' }
      $records = $shell.Streams.Progress
      $set = $records | Where-Object Activity -Like 'Creating SnapSet*' | Select-Object -First 1
      $members = $records | Where-Object { $_.ParentActivityId -eq $set.ActivityId -and $_.Activity -match '\(.+\)' }
      $members.Activity | Select-Object -Unique | Should -HaveCount 6
      foreach ($work in $records | Group-Object ActivityId) {
        "$($work.Group[-1].RecordType)" | Should -Be Completed
        $work.Group.Activity | Select-Object -Unique | Should -HaveCount 1
      }
      $records | Where-Object { $_.ParentActivityId -ge 0 -and $_.ParentActivityId -notin $records.ActivityId } | Should -BeNullOrEmpty
      ($records | Where-Object ParentActivityId -LT 0).Activity | Select-Object -Unique | Should -HaveCount 1
      ($records | Measure-Object PercentComplete -Maximum).Maximum | Should -BeLessOrEqual 100
    }
    finally { $shell.Dispose() }
  }
}

Describe 'Verbose and debug' {
  BeforeAll { Reset-Sandbox $sandbox }

  It 'tell the steps and the calls, without secrets' {
    $told = Get-HotstackSnapSet -Verbose -Debug 4>&1 5>&1 | Out-String
    $told | Should -Match 'Using the cloud sandbox'
    $told | Should -Match 'image'
    $told | Should -Not -Match 'password'
  }

  It 'tell of each write the call, what came of it, and the id in the service''s log' {
    $set = New-HotstackSnapSet hs-multi -StopServers -PollInterval 1 -Verbose 4>&1 | ForEach-Object { "$_" }
    $told = @($set -match '^\d\d:\d\d:\d\dZ [A-Z]+ \w+ /' -replace '^\S+ ')
    $told[0] | Should -Match '^POST identity /identity/v3/auth/tokens -> 201 \(req-[0-9a-f-]+\)$'
    @($told -match '^POST compute /\S+/servers/[0-9a-f-]{36}/action \(os-stop\) -> 202 \(req-[0-9a-f-]+\)$') | Should -HaveCount 6
    @($told -match '^POST compute /\S+/servers/[0-9a-f-]{36}/action \(createImage\) -> 202 \(req-[0-9a-f-]+\)$') | Should -HaveCount 6
    $told -match '^GET' | Should -BeNullOrEmpty
  }

  It 'tell of the cluster by its audit ids' {
    Reset-Sandbox $sandbox
    $told = Suspend-HotstackCluster hs-multi -Method Nova -PollInterval 0.1s -Confirm:$false -Verbose 4>&1 | ForEach-Object { "$_" }
    @($told -match '^\d\d:\d\d:\d\dZ PATCH kubernetes /api/v1/nodes/\w+ -> 200 \([0-9a-f-]{36}\)$') | Should -HaveCount 5
    @($told -match '^\d\d:\d\d:\d\dZ Suspending cluster \S+: (Assess|Cordon|Arm|Workers|Masters|Controller): .+, after \d+ s\.$') | Should -HaveCount 6
  }

  It 'tell that retention has nothing to remove, and what it keeps' {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox OLDold-1 -Age 5d
    $told = Remove-HotstackSnapSet -OlderThan 30d -KeepLast 3 -Confirm:$false -Verbose 4>&1 | ForEach-Object { "$_" }
    @($told -match ' SnapSet OLDold-1 is kept: it is 5 d old\.$') | Should -HaveCount 1
    @($told -match ' Nothing to remove: 0 of 1 set are older than 30 d and not among the newest 3 of their stacks\.$') | Should -HaveCount 1
  }

  It 'tell that a wait has nothing to wait for' {
    Reset-Sandbox $sandbox
    $told = Wait-HotstackCluster CertificateRotation -Verbose 4>&1 | ForEach-Object { "$_" }
    @($told -match ' is safe to shut down already; there is nothing to wait for\.$') | Should -HaveCount 1
  }
}

Describe 'The console' {
  It 'shows what a command gives, its warnings, and nothing else' {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox AAAAaaaa
    $script = "Import-Module '$(Get-ModuleUnderTest)'; (Get-HotstackSnapSet).Id; Test-HotstackSnapSet AAAAaaaa -Quiet; Wait-HotstackCluster -For Api -PollInterval 0
      Remove-HotstackSnapSet AAAAaaaa -Confirm:`$false"
    $shown = (pwsh -NoProfile -NonInteractive -Command $script 2>&1) -join ' ' -replace '\s+', ' '
    $shown | Should -Match '^AAAAaaaa WARNING: SnapSet AAAAaaaa: until when the cluster can be revived is not recorded[^:]+ True$'
  }
}
