BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $quick = @{ PollInterval = 1; Confirm = $false }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'New-HotstackSnapSet' {
  BeforeAll { Reset-Sandbox $sandbox }

  It 'freezes all servers of a stack, or none, and gives the set' -Tag Quick {
    $set = New-HotstackSnapSet hs-multi -StopServers -StartServers -Scenario multi @quick
    $set.Id | Should -MatchExactly '^[a-z0-9]{8}$'
    $set.State | Should -Be 'Complete'
    $set.Members.Name | Should -Be controller, master0, master1, master2, worker0, worker1
    $set.StackName, $set.Scenario, $set.Cloud | Should -Be hs-multi, multi, sandbox
    (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be ACTIVE # they run again
  }

  It 'takes instances made by hand' {
    $set = Get-HotstackInstance hs-multi | Select-Object Name, Role, Id, MacAddress -First 2 | New-HotstackSnapSet -StopServers @quick
    $set.Members.Name | Should -Be controller, master0
    $set.StackName | Should -BeNullOrEmpty
  }

  It 'takes <Name> from the pipeline for the stack that it names' -ForEach @(
    @{ Name = 'text'; Value = { 'hs-multi' } }
    @{ Name = 'a SnapSet'; Value = { Get-HotstackSnapSet -StackName hs-multi } }
    @{ Name = 'an object'; Value = { [pscustomobject]@{ StackName = 'hs-multi'; Cloud = 'sandbox' } } }
    @{ Name = 'a hashtable'; Value = { [ordered]@{ StackName = 'hs-multi' } } }
  ) {
    & $Value | New-HotstackSnapSet -StopServers -WhatIf -WarningAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
  }

  It 'gives servers that run for an error, unless it is to stop them' {
    Reset-Sandbox $sandbox # they run again
    { New-HotstackSnapSet hs-multi -ErrorAction Stop } | Should -Throw -ErrorId 'SnapSetDataInvalid,*'
  }

  It 'keeps on request what there is of a set that failed, and completes it later' {
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

Describe 'Get-HotstackSnapSet' {
  BeforeAll {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox OLDold-1 -Age 10d
    Add-SandboxSnapSet $sandbox NEWnew-1 -Age 1h
  }

  It 'gives all sets, the newest first' -Tag Quick { (Get-HotstackSnapSet).Id | Should -Be NEWnew-1, OLDold-1 }

  It 'gives those of <Arguments>' -ForEach @(
    @{ Arguments = 'OLDold-1'; Ids = 'OLDold-1' }
    @{ Arguments = 'OLDold-1, NEWnew-1'; Ids = 'OLDold-1', 'NEWnew-1' }
    @{ Arguments = 'new*'; Ids = 'NEWnew-1' }
    @{ Arguments = '[no]*-?'; Ids = 'NEWnew-1', 'OLDold-1' }
    @{ Arguments = '-Latest'; Ids = 'NEWnew-1' }
    @{ Arguments = '-All'; Ids = 'NEWnew-1', 'OLDold-1' }
    @{ Arguments = '-Incomplete'; Ids = @() }
    @{ Arguments = '-StackName other'; Ids = @() }
  ) {
    [scriptblock]::Create("Get-HotstackSnapSet $Arguments").Invoke().Id | Should -Be $Ids
  }

  It 'says nothing where no set matches a wildcard, and that there is none where an id is meant' {
    Get-HotstackSnapSet nothing* -ErrorVariable failures | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
    { Get-HotstackSnapSet nothing -ErrorAction Stop } | Should -Throw -ErrorId 'SnapSetNotFound,*'
  }

  It 'distinguishes ids by case, wildcards do not' {
    { Get-HotstackSnapSet newNEW-1 -ErrorAction Stop } | Should -Throw -ErrorId 'SnapSetNotFound,*'
    (Get-HotstackSnapSet newNEW-*).Id | Should -Be NEWnew-1
  }
}

Describe 'Test-HotstackSnapSet' {
  BeforeAll {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox OLDold-1 -Age 10d
    Add-SandboxSnapSet $sandbox NEWnew-1 -Age 1h
  }

  It 'gives a finding for each check' -Tag Quick {
    $findings = Test-HotstackSnapSet NEWnew-1
    $findings.Check | Should -Contain Active
    ($findings | Where-Object Check -EQ Active).Result | Should -Be Passed, Passed
    ($findings | Where-Object Result -NE Passed).Check | Should -Contain Revivable # upstream records no cluster
  }

  It 'gives only True or False with -Quiet, and no error' {
    Test-HotstackSnapSet NEWnew-1, nope -Quiet -ErrorVariable failures | Should -Be $true, $false
    $failures | Should -BeNullOrEmpty
  }

  It 'takes wildcards' {
    Test-HotstackSnapSet *-1 -Quiet | Should -Be $true, $true
    Test-HotstackSnapSet nothing* -ErrorVariable failures | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
  }
}

Describe 'Get-HotstackInstance' {
  BeforeAll { Reset-Sandbox $sandbox }

  It 'gives the servers of a stack with their state' -Tag Quick {
    $found = Get-HotstackInstance hs-multi
    $found.Name | Should -Be controller, master0, master1, master2, worker0, worker1
    $found.Status | Select-Object -Unique | Should -Be ACTIVE
    $found[0].StackName, $found[0].Cloud | Should -Be hs-multi, sandbox
  }

  It 'gives servers by name and role' {
    $names = (Get-HotstackInstance -Server *-controller-*, *-master0-* -Role controller, ocp_master).Name
    $found = Get-HotstackInstance -Server $names -Role controller, ocp_master
    $found.Name | Should -Be $names
    $names -replace '-[a-z2-7]{12}$' | Should -Be hs-multi-controller, hs-multi-master0
    $found.Role | Should -Be controller, ocp_master
  }

  It 'gives those of all stacks, and takes wildcards for stacks' {
    (Get-HotstackInstance).Name | Should -Be controller, master0, master1, master2, worker0, worker1
    (Get-HotstackInstance HS-m*).StackName | Select-Object -Unique | Should -Be hs-multi
    Get-HotstackInstance none* -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    $warnings | Should -Be "No stack in this project matches 'none*'."
  }

  It 'chooses among the instances by -Name, -Exclude and -Role' {
    (Get-HotstackInstance hs-multi -Name m*, controller -Exclude master1).Name | Should -Be controller, master0, master2
    (Get-HotstackInstance hs-multi -Role controller, *worker).Name | Should -Be controller, worker0, worker1
    $found = Get-HotstackInstance hs-multi -Name worker* -Role @{ 'worker*' = 'compute'; worker1 = 'networker' }
    $found.Role | Should -Be compute, networker
    { Get-HotstackInstance hs-multi -Name mastr*, worker0 -Role @{ node0 = 'ocp_worker' } -ErrorAction Stop } |
      Should -Throw -ErrorId 'SnapSetDataInvalid,*' -ExpectedMessage "*node0*mastr*"
    { Get-HotstackInstance hs-multi -Role controller, @{ a = 'b' } -ErrorAction Stop } | Should -Throw -ErrorId 'RoleInvalid,*'
    { Get-HotstackInstance hs-multi -Role @{ a = 5 } -ErrorAction Stop } | Should -Throw -ErrorId 'RoleInvalid,*'
  }

  It 'shows the ports of an instance' {
    $port = (Get-HotstackInstance hs-multi -Name master0).Ports
    $port.NetworkName, $port.MacAddress, $port.FixedIps.Cidr | Should -Be machine-net, fa:16:9e:81:f6:10, 192.168.32.0/24
    ($port | Out-String) | Should -Match 'machine-net +192\.168\.32\.10'
  }

  It 'takes roles by name for servers' {
    $found = Get-HotstackInstance -Server *-controller-*, *-master0-* -Role @{ '*controller*' = 'controller'; '*master*' = 'ocp_master' }
    $found.Role | Should -Be controller, ocp_master
  }

  It 'takes wildcards for servers, with one role for all that match' {
    $found = Get-HotstackInstance -Server *-controller-*, *-mast?r?-* -Role controller, ocp_master
    $found.Name -replace '^hs-multi-|-[a-z2-7]{12}$' | Should -Be controller, master0, master1, master2
    $found[1..3].Role | Select-Object -Unique | Should -Be ocp_master
    Get-HotstackInstance -Server nothing* -Role x -ErrorVariable failures | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
  }

  It 'gives those of a file, by a path as PowerShell sees it' {
    Get-HotstackInstance hs-multi | Select-Object -First 2 |
      ForEach-Object -Begin { $data = @{} } -Process { $data[$_.Name] = @{ uuid = $_.Id; role = $_.Role; mac_address = $_.MacAddress } }
    @{ snapset_data = @{ instances = $data } } | ConvertTo-Json -Depth 4 | Set-Content TestDrive:/outputs.json
    Push-Location TestDrive:/
    try { (Get-HotstackInstance -Path outputs.json).Name | Sort-Object | Should -Be controller, master0 } finally { Pop-Location }
  }

  It 'takes the name of an object for a name, not for a pattern, and no object without one' {
    $null = [pscustomobject]@{ StackName = 'hs-*' } | Get-HotstackInstance -ErrorAction SilentlyContinue -ErrorVariable failures
    $failures[0].FullyQualifiedErrorId | Should -BeLike 'StackNotFound,*'
    $found = [pscustomobject]@{ Cloud = 'sandbox' }, [pscustomobject]@{ StackName = 'hs-multi' } |
      Get-HotstackInstance -ErrorAction SilentlyContinue -ErrorVariable failures
    $found.Count | Should -Be 6
    $failures[0].FullyQualifiedErrorId | Should -BeLike 'InputObjectInvalid,*'
  }

  It 'takes objects that name a stack and a cloud' {
    $found = [pscustomobject]@{ StackName = 'hs-multi'; Cloud = 'sandbox' }, [pscustomobject]@{ StackName = 'hs-multi'; Cloud = 'sandbox-other' } |
      Get-HotstackInstance -ErrorAction SilentlyContinue -ErrorVariable failures
    $found.Count | Should -Be 6
    $failures.FullyQualifiedErrorId | Should -BeLike 'StackNotFound,*'
  }

  It 'gives objects that, as an argument, are of their own cloud' {
    $instances = Get-HotstackInstance hs-multi -Cloud sandbox
    $env:OS_CLOUD = 'sandbox-other'
    try { New-HotstackSnapSet -Instance $instances -StopServers -WhatIf | Should -BeNullOrEmpty } finally { $env:OS_CLOUD = 'sandbox' }
  }
}

Describe 'New-HotstackSnapSet of a part of a stack' {
  BeforeAll {
    Reset-Sandbox $sandbox
    Get-HotstackInstance hs-multi | ForEach-Object {
      $null = Invoke-RestMethod "$($sandbox.Address)/sandbox/servers/$($_.Name)" -Method Post -Body '{"vmState": "stopped"}' -ContentType application/json
    }
  }

  It 'freezes what -Name, -Exclude and -Role choose' {
    $set = New-HotstackSnapSet hs-multi -Name controller, worker* -Exclude worker1 -Role @{ 'worker*' = 'compute' } -WarningAction Ignore
    $set.Members.Name | Should -Be controller, worker0
    $set.Members.Role | Should -Be controller, compute
  }

  It 'makes nothing if the choice is wrong, and names all reasons' {
    $count = @(Get-HotstackSnapSet).Count
    $failure = { New-HotstackSnapSet hs-multi -Name mastr0 -Role @{ master1 = 'controller'; 'x*' = 'bmh' } } | Should -Throw -PassThru
    $failure.FullyQualifiedErrorId | Should -BeLike 'SnapSetDataInvalid,*'
    $failure.Exception.Violations.Count | Should -BeGreaterThan 1
    @(Get-HotstackSnapSet).Count | Should -Be $count
  }
}

Describe 'New-HotstackSnapSet -IncludeVolumes' {
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

Describe 'Remove-HotstackSnapSet' {
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

  It 'deletes a set whole' -Tag Quick {
    (Remove-HotstackSnapSet OLDold-1 -PassThru -Confirm:$false).Id | Should -Be OLDold-1
    @(Get-SandboxImage $sandbox | Where-Object name -Like '*OLDold-1*') | Should -BeNullOrEmpty
  }

  It 'gives nothing without -PassThru' { Remove-HotstackSnapSet OLDold-1 -Confirm:$false | Should -BeNullOrEmpty }

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
