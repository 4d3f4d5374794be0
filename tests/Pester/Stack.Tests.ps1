# Deployments at a glance, and their end.
BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest) -Force
  $sandbox = Start-Sandbox
  $rendering = $PSStyle.OutputRendering
  $PSStyle.OutputRendering = 'PlainText'
  $set = Get-HotstackInstance hs-multi | New-HotstackSnapSet -StopServers -PollInterval 1s -SkipCertificateCheck -Scenario 3-nodes -Confirm:$false
  $restored = $set | Restore-HotstackSnapSet -StackName hs-again -PollInterval 1s -Confirm:$false
  $quick = @{ PollInterval = '1s'; Confirm = $false }

  function Show($Objects, [int] $Width = 80) { (($Objects | Out-String -Width $Width) -split '\r?\n').TrimEnd() | Where-Object { $_ } }

  function Invoke-Alone([string] $Script) {
    # A pwsh of its own, whose -WhatIf text and questions are text.
    pwsh -NoProfile -NonInteractive -Command "Import-Module '$(Get-ModuleUnderTest)'; $Script" 2>&1 | Out-String -Width 4000
  }

  function Get-Deletion { @(Get-SandboxCall $sandbox | Where-Object { $_.method -eq 'DELETE' -and $_.path -like '*/stacks/*' }).Count }
}

AfterAll {
  $PSStyle.OutputRendering = $rendering
  Stop-Sandbox $sandbox
}

Describe 'Get-HotstackStack' {
  It 'gives one object for each stack' -Tag Quick {
    $stacks = Get-HotstackStack
    $stacks.StackName | Should -Be hs-again, hs-multi
    $stacks[0].GetType().Name | Should -Be DeploymentStack
    $stacks[0].StackId | Should -Be $restored.StackId
    $stacks[0].SnapSetId | Should -Be $set.Id
    $stacks.Scenario | Should -Be 3-nodes, 3-nodes
    $stacks.PowerText | Should -Be '6/6 on', '0/6 on'
    $stacks[0].Instances.Name | Should -Be controller, master0, master1, master2, worker0, worker1
    $stacks[1].SnapSetId | Should -BeNullOrEmpty
    $stacks.ControllerAddress | Select-Object -Unique | Should -HaveCount 2
  }

  It 'finds by <Line>' -ForEach @(
    @{ Line = 'Get-HotstackStack hs-*'; Names = 'hs-again', 'hs-multi' }
    @{ Line = 'Get-HotstackStack hs-multi, hs-again'; Names = 'hs-multi', 'hs-again' }
    @{ Line = 'Get-HotstackStack HS-AG?IN'; Names = 'hs-again' }
    @{ Line = 'Get-HotstackStack (Get-HotstackStack hs-again).StackId'; Names = 'hs-again' }
    @{ Line = 'Get-HotstackInstance hs-multi | Get-HotstackStack'; Names = 'hs-multi' }
    @{ Line = '$set | Get-HotstackStack'; Names = 'hs-multi' }
    @{ Line = '$restored | Get-HotstackStack'; Names = 'hs-again' }
    @{ Line = 'Get-HotstackStack | Get-HotstackStack'; Names = 'hs-again', 'hs-multi' }
    @{ Line = 'Get-HotstackStack nothing-* -WarningAction Ignore'; Names = @() }
  ) { @((Invoke-Expression $Line).StackName) | Where-Object { $_ } | Should -Be $Names }

  It 'is an error for a name that is not there, and goes on' {
    $found = Get-HotstackStack gone, hs-multi -ErrorVariable failed -ErrorAction SilentlyContinue
    $found.StackName | Should -Be hs-multi
    $failed.FullyQualifiedErrorId | Should -Be 'StackNotFound,Hotstack.Commands.GetHotstackStack'
    # An object's name is no pattern.
    { [pscustomobject]@{ StackName = 'hs-*' } | Get-HotstackStack -ErrorAction Stop } | Should -Throw -ErrorId 'StackNotFound,*'
  }

  It 'refuses a stack of another project' {
    { Get-HotstackStack hs-multi -ProjectId f00 -ErrorAction Stop } | Should -Throw -ErrorId 'ProjectMismatch,*'
    { Remove-HotstackStack hs-multi -ProjectId f00 -Force @quick -ErrorAction Stop } | Should -Throw -ErrorId 'ProjectMismatch,*'
    { [pscustomobject]@{ Cloud = 'sandbox' } | Get-HotstackStack -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectInvalid,*'
  }

  It 'completes names' {
    foreach ($name in 'Get', 'Remove') { (TabExpansion2 "$name-HotstackStack hs-").CompletionMatches.CompletionText | Should -Be hs-again, hs-multi }
  }

  It 'shows a table in <Width> columns' -ForEach @{ Width = 80 }, @{ Width = 120 } {
    $lines = Show (Get-HotstackStack) $Width
    $lines | Where-Object Length -GT $Width | Should -BeNullOrEmpty
    $lines | Should -HaveCount 4
    $lines[0] | Should -Match '^StackName +Status +Power +Age Controller +SnapSet'
    $lines[2] | Should -Match "^hs-again +CREATE_COMPLETE 6/6 on +\d+ (s|min) 203\.0\.113\.\d+ +$($set.Id)"
    if ($Width -eq 120) { $lines[0] | Should -Match 'Record +Scenario' ; $lines[2] | Should -Match 'False +3-nodes' }
  }

  It 'shows a list, and a stored object as a live one' {
    Get-HotstackStack hs-again | Export-Clixml TestDrive:/stack.xml
    foreach ($it in (Get-HotstackStack hs-again), (Import-Clixml TestDrive:/stack.xml)) {
      $text = $it | Format-List | Out-String -Width 200
      $text | Should -Match "SnapSetId +: $($set.Id)"
      $text | Should -Match 'Power +: 6/6 on'
      $text | Should -Match 'Instances +: controller, master0, master1'
      $text | Should -Not -Match '\{ \w+ = '
    }
  }
}

Describe 'The pipe from Get-HotstackStack' {
  It 'reaches <Name>' -ForEach @(
    @{ Name = 'Get-HotstackInstance'; Work = { (Get-HotstackStack hs-again | Get-HotstackInstance).Count }; Is = 6 }
    @{ Name = 'Test-HotstackCluster'; Work = { (Get-HotstackStack hs-again | Test-HotstackCluster -WarningAction Ignore).GetType().Name }; Is = 'ClusterReport' }
    @{ Name = 'New-HotstackSnapSet'; Work = { (Get-HotstackStack hs-multi | New-HotstackSnapSet -SkipCertificateCheck -Confirm:$false -PollInterval 1s).StackName }; Is = 'hs-multi' }
    @{ Name = 'Get-HotstackSnapSet'; Work = { (Get-HotstackStack hs-again | Get-HotstackSnapSet).Id -eq $set.Id }; Is = $true }
  ) { & $Work | Should -Be $Is }

  It 'reaches <_> and asks about the stack' -ForEach 'Suspend-HotstackCluster', 'Invoke-HotstackRevive', 'Remove-HotstackStack' {
    # KUBECONFIG leads to the only cluster here, whose name is the original's.
    $told = Invoke-Alone "Get-HotstackStack hs-again | $_ -WhatIf"
    $told | Should -Match 'What if:[\s\S]*controller, master0'
  }

  It 'binds by the name or the input of <_>' -ForEach 'Suspend-HotstackCluster', 'Invoke-HotstackRevive', 'Test-HotstackCluster', 'New-HotstackSnapSet',
    'Get-HotstackInstance', 'Get-HotstackStack', 'Remove-HotstackStack', 'Wait-HotstackCluster' {
    $takes = (Get-Command $_).ParameterSets.Parameters | Where-Object { $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName }
    $takes.Name | Where-Object { $_ -in 'StackName', 'InputObject', 'Instance' } | Should -Not -BeNullOrEmpty
  }

  It 'does not delete another stack that has the name now, or one that an object only names' {
    $old = Get-HotstackStack hs-again | Select-Object StackName, @{ Name = 'StackId'; Expression = { [guid]::NewGuid().ToString() } }
    $old | Remove-HotstackStack -Confirm:$false -ErrorAction Stop | Should -BeNullOrEmpty
    { $set | Remove-HotstackStack -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'StackIdMissing,*'
    { Get-HotstackInstance hs-again -Name controller | Remove-HotstackStack -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'StackIdMissing,*'
    { Remove-HotstackStack hs-again -StackId $old.StackId -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'StackNotFound,*'
    (Get-HotstackStack hs-again).Status | Should -Be CREATE_COMPLETE
  }

  It 'does not delete the set behind a stack' {
    { Get-HotstackStack hs-again | Remove-HotstackSnapSet -Confirm:$false -ErrorAction Stop } |
      Should -Throw "*restored stack 'hs-again', not a SnapSet; nothing was removed*Remove-HotstackStack hs-again*Remove-HotstackSnapSet $($set.Id)*"
  }
}

Describe 'Remove-HotstackStack' {
  It 'has a high impact' {
    [Hotstack.Commands.RemoveHotstackStack].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $true).ConfirmImpact | Should -Be High
  }

  It 'shows with -WhatIf what it would delete, and deletes nothing' {
    $before = Get-Deletion
    $told = Invoke-Alone 'Remove-HotstackStack hs-again -WhatIf'
    $told | Should -Match "restored from SnapSet $($set.Id)"
    $told | Should -Match 'Delete it with its \d+ resources:\s+servers \(\d/6 on\): controller, master0'
    Get-Deletion | Should -Be $before
  }

  It 'does not delete unasked' {
    $before = Get-Deletion
    Invoke-Alone 'Remove-HotstackStack hs-again' | Should -Match 'NonInteractive'
    Get-Deletion | Should -Be $before
  }

  It 'refuses a stack that no set was restored to, unless -Force' {
    { Remove-HotstackStack hs-multi @quick -ErrorAction Stop } | Should -Throw "*Stack 'hs-multi' was not deleted: no SnapSet was restored to it*" -ErrorId 'StackNotRestored,*'
    $Error[0].CategoryInfo.Category | Should -Be ResourceBusy
    $Error[0].ErrorDetails.RecommendedAction | Should -Match '-Force'
    Invoke-Alone 'Remove-HotstackStack hs-multi -Force -WhatIf' | Should -Match 'not restored from a SnapSet'
    (Get-HotstackStack hs-multi).Status | Should -Be CREATE_COMPLETE
  }

  It 'deletes and waits, quietly or with what was deleted' {
    $removed = Get-HotstackStack hs-* | Remove-HotstackStack -PassThru @quick -ErrorVariable failed -ErrorAction SilentlyContinue
    $removed.StackName | Should -Be hs-again
    $removed.SnapSetId | Should -Be $set.Id
    $failed.FullyQualifiedErrorId | Should -Be 'StackNotRestored,Hotstack.Commands.RemoveHotstackStack'
    (Get-HotstackStack).StackName | Should -Be hs-multi
    Get-HotstackSnapSet -Id $set.Id | Should -HaveCount 1
    # Gone meanwhile: no error for the object, one for the typed name.
    $removed | Remove-HotstackStack @quick -ErrorAction Stop | Should -BeNullOrEmpty
    { Remove-HotstackStack hs-again @quick -ErrorAction Stop } | Should -Throw -ErrorId 'StackNotFound,*'
  }

  It 'deletes another stack with -Force' {
    Remove-HotstackStack hs-multi -Force @quick | Should -BeNullOrEmpty
    Get-HotstackStack -WarningAction Ignore | Should -BeNullOrEmpty
  }
}

Describe 'A suspended cluster' {
  It 'shows that its record is kept, and until when it comes back' {
    Reset-Sandbox $sandbox
    $record = Suspend-HotstackCluster hs-multi -Method Nova -PollInterval 0.1s -Confirm:$false -WarningAction SilentlyContinue
    $stack = Get-HotstackStack hs-multi
    $stack.HasRecord | Should -BeTrue
    $stack.UnattendedUntil.ToString('u') | Should -Be $record.UnattendedUntil.ToString('u')
    Invoke-Alone 'Remove-HotstackStack hs-multi -Force -WhatIf' | Should -Match 'the record of its suspended cluster, which its servers keep'
  }
}
