BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $quick = @{ PollInterval = 1; Confirm = $false }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A SnapSet from its making to its end' {
  BeforeAll {
    Reset-Sandbox $sandbox
    $set = New-HotstackSnapSet -StackName hs-multi -StopServers -StartServers -Scenario multi @quick
  }

  It 'is given as one object with its members' {
    $set.Id | Should -MatchExactly '^[a-z0-9]{8}$'
    $set.State | Should -Be 'Complete'
    $set.Members.Name | Should -Be controller, master0, master1, master2, worker0, worker1
    $set.StackName, $set.Scenario, $set.Cloud | Should -Be hs-multi, multi, sandbox
  }

  It 'leaves the servers running' {
    (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be ACTIVE
  }

  It 'is found by id, wildcard, stack, as the latest, and by an object with an Id' {
    (Get-HotstackSnapSet $set.Id).Id | Should -Be $set.Id
    (Get-HotstackSnapSet "$($set.Id.Substring(0, 4))*").Id | Should -Be $set.Id
    (Get-HotstackSnapSet -StackName hs-*).Id | Should -Be $set.Id
    (Get-HotstackSnapSet -Latest).Id | Should -Be $set.Id
    ([pscustomobject]@{ Id = $set.Id } | Get-HotstackSnapSet).Id | Should -Be $set.Id
    Get-HotstackSnapSet -Incomplete | Should -BeNullOrEmpty
    Get-HotstackSnapSet nothing* | Should -BeNullOrEmpty
  }

  It 'passes its checks, but for the record of a cluster that nobody suspended' {
    $warning, $passed = ($set | Test-HotstackSnapSet).Where({ $_.Result -ne 'Passed' }, 'Split')
    $warning.Check | Should -Be Revivable
    $passed.Check | Should -Contain Active
    [pscustomobject]@{ Id = $set.Id }, [pscustomobject]@{ Id = 'nope' } | Test-HotstackSnapSet -Quiet | Should -Be $true, $false
  }

  It 'leads to its stack' {
    ($set | Get-HotstackInstance).Name | Should -Contain controller
  }

  It 'is deleted whole, and is then gone' {
    ([pscustomobject]@{ Id = $set.Id } | Remove-HotstackSnapSet -PassThru -Confirm:$false).Id | Should -Be $set.Id
    Get-SandboxImage $sandbox | Should -BeNullOrEmpty
    Get-HotstackSnapSet | Should -BeNullOrEmpty
  }
}

Describe 'Instances' {
  BeforeAll { Reset-Sandbox $sandbox }

  It 'come from servers with roles' {
    $found = Get-HotstackInstance -Server controller, master0 -Role controller, ocp_master
    $found.Name | Should -Be controller, master0
    $found.Role | Should -Be controller, ocp_master
  }

  It 'come from a file, by a path as PowerShell sees it' {
    Get-HotstackInstance hs-multi | Select-Object -First 2 |
      ForEach-Object -Begin { $data = @{} } -Process { $data[$_.Name] = @{ uuid = $_.Id; role = $_.Role; mac_address = $_.MacAddress } }
    @{ snapset_data = @{ instances = $data } } | ConvertTo-Json -Depth 4 | Set-Content TestDrive:/outputs.json
    Push-Location TestDrive:/
    try { (Get-HotstackInstance -Path outputs.json).Name | Sort-Object | Should -Be controller, master0 } finally { Pop-Location }
  }

  It 'are found by objects that name a stack and a cloud' {
    $found = [pscustomobject]@{ StackName = 'hs-multi'; Cloud = 'sandbox' }, [pscustomobject]@{ StackName = 'hs-multi'; Cloud = 'sandbox-other' } |
      Get-HotstackInstance -ErrorAction SilentlyContinue -ErrorVariable failures
    $found.Count | Should -Be 6
    $failures.FullyQualifiedErrorId | Should -BeLike 'StackNotFound,*'
  }

  It 'made by hand become a set as well' {
    $set = Get-HotstackInstance hs-multi | Select-Object Name, Role, Id, MacAddress -First 2 | New-HotstackSnapSet -StopServers @quick
    $set.Members.Name | Should -Be controller, master0
    $set.StackName | Should -BeNullOrEmpty
  }

  It 'given as an argument are of their own cloud' {
    $instances = Get-HotstackInstance hs-multi -Cloud sandbox
    $env:OS_CLOUD = 'sandbox-other'
    try { New-HotstackSnapSet -Instance $instances -StopServers -WhatIf | Should -BeNullOrEmpty } finally { $env:OS_CLOUD = 'sandbox' }
  }
}

Describe '-WhatIf' {
  It 'changes nothing and gives nothing' {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox AAAAaaaa
    New-HotstackSnapSet hs-multi -StopServers -StartServers -WhatIf | Should -BeNullOrEmpty
    Remove-HotstackSnapSet AAAAaaaa -PassThru -WhatIf | Should -BeNullOrEmpty
    Remove-HotstackSnapSet -OlderThan 0 -KeepLast 0 -WhatIf | Should -BeNullOrEmpty
    Get-SandboxCall $sandbox | Should -BeNullOrEmpty
  }
}

Describe '-IncludeVolumes' {
  BeforeAll { $volumes = Start-Sandbox -Scenario sno }
  AfterAll { Stop-Sandbox $volumes }

  It 'freezes the data volumes with their servers' {
    Reset-Sandbox $volumes
    $set = New-HotstackSnapSet hs-sno -StopServers -IncludeVolumes @quick -WarningVariable warnings
    $warnings | Should -BeNullOrEmpty
    $set.VolumeCount, $set.VolumeSize | Should -Be 2, 40GB
    $frozen = ($set.Members | Where-Object Name -EQ master0).Volumes
    $frozen.Device | Should -Be /dev/vdb, /dev/vdc
    $frozen.ResourceName | Should -Be master0-lvms-vol0, master0-lvms-vol1
    ($set | Test-HotstackSnapSet | Where-Object Check -EQ VolumeSnapshots).Result | Should -Be Passed, Passed
    $set | Remove-HotstackSnapSet -Confirm:$false
    (Get-SandboxCall $volumes | Where-Object { $_.method -eq 'DELETE' -and $_.service -eq 'volume' }).Count | Should -Be 2
  }

  It 'is what the warning of left-out volumes names' {
    Reset-Sandbox $volumes
    $set = New-HotstackSnapSet hs-sno -StopServers @quick -WarningVariable warnings -WarningAction SilentlyContinue
    $set.VolumeCount | Should -Be 0
    "$warnings" | Should -Match 'master0: the data on its 2 attached volumes is not part of the set: master0-lvms-0 \(.*, 20 GiB, /dev/vdb\)'
    "$warnings" | Should -Match '-IncludeVolumes'
  }
}

Describe 'Removal of several sets' {
  BeforeEach {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox OLDold-1 -Age 10d
    Add-SandboxSnapSet $sandbox MIDmid-1 -Age 1d
    Add-SandboxSnapSet $sandbox NEWnew-1 -Age 1h
  }

  It 'by <Arguments> removes <Removed>' -ForEach @(
    @{ Arguments = '-KeepLast 2'; Removed = 'OLDold-1' }
    @{ Arguments = '-OlderThan 7d'; Removed = 'OLDold-1' }
    @{ Arguments = '-OlderThan 2h'; Removed = 'MIDmid-1', 'OLDold-1' }
    @{ Arguments = '-OlderThan 7200'; Removed = 'MIDmid-1', 'OLDold-1' }
    @{ Arguments = '-OlderThan 02:00:00 -KeepLast 2'; Removed = 'OLDold-1' }
    @{ Arguments = '-KeepLast 0 -StackName other'; Removed = @() }
    @{ Arguments = 'm*'; Removed = 'MIDmid-1' }
    @{ Arguments = 'nothing*'; Removed = @() }
    @{ Arguments = '*'; Removed = 'NEWnew-1', 'MIDmid-1', 'OLDold-1' }
  ) {
    & ([scriptblock]::Create("Remove-HotstackSnapSet $Arguments -PassThru -Confirm:`$false")) | ForEach-Object Id | Should -Be $Removed
    (Get-HotstackSnapSet).Count | Should -Be (3 - @($Removed).Count)
  }

  It 'does not take seven days for seven seconds' {
    $age = 7d # to PowerShell, the number 7
    { Remove-HotstackSnapSet -OlderThan $age -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
  }

  It 'goes on after one that is not there' {
    Remove-HotstackSnapSet nope, NEWnew-1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failures
    $failures.FullyQualifiedErrorId | Should -BeLike 'SnapSetNotFound,*'
    (Get-HotstackSnapSet).Id | Should -Be MIDmid-1, OLDold-1
  }

  It 'takes objects with an Id' {
    Get-HotstackSnapSet | Select-Object Id, Cloud -Last 1 | Remove-HotstackSnapSet -Confirm:$false
    (Get-HotstackSnapSet).Id | Should -Be NEWnew-1, MIDmid-1
  }
}

Describe 'An interrupted set' {
  It 'is kept on request, and completed' {
    Reset-Sandbox $sandbox
    Add-SandboxFault $sandbox @{ kind = 'KillSnapshot'; server = 'master1' }
    { New-HotstackSnapSet hs-multi -StopServers -KeepPartial @quick -ErrorAction Stop } | Should -Throw -ErrorId 'SnapshotFailed,*'
    $partial = Get-HotstackSnapSet -Incomplete
    $partial.Members.Count | Should -BeLessThan 6
    { Get-HotstackSnapSet -Latest -ErrorAction Stop } | Should -Throw -ErrorId 'SnapSetNotFound,*'
    (New-HotstackSnapSet -Resume $partial.Id @quick).State | Should -Be Complete
    (Get-HotstackSnapSet).Id | Should -Be $partial.Id
  }
}
