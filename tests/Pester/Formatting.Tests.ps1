BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $rendering = $PSStyle.OutputRendering
  $PSStyle.OutputRendering = 'PlainText'
  $report = Test-HotstackCluster
  $mixed = (& { Get-HotstackInstance hs-multi; $report } | Out-String -Width 120) -split '\r?\n'
  $quick = @{ PollInterval = '0.1s'; Confirm = $false; WarningAction = 'SilentlyContinue' }
  $record = Suspend-HotstackCluster hs-multi -Method Nova @quick
  $set = $record | New-HotstackSnapSet -PollInterval 1s -WarningAction SilentlyContinue
  Add-SandboxSnapSet $sandbox AAAAaaaa 40d
  $instances = Get-HotstackInstance hs-multi
  $sets = Get-HotstackSnapSet
  $findings = $set | Test-HotstackSnapSet

  function Show($Objects, [int] $Width = 80) { (($Objects | Out-String -Width $Width) -split '\r?\n').TrimEnd() | Where-Object { $_ } }

  # A view goes by the name of the type, so that what is rare can be made up.
  function Get-Shaped([string] $Type, [hashtable] $Values) { [pscustomobject] (@{ PSTypeName = "Hotstack.$Type" } + $Values) }
}

AfterAll {
  $PSStyle.OutputRendering = $rendering
  Stop-Sandbox $sandbox
}

Describe 'Tables' -Tag Quick {
  It 'show <Name> in 80 columns, one line each, and no more than that' -ForEach @(
    @{ Name = 'instances'; Get = { $instances }; Header = 'Name +Role +Status +MacAddress +IP +Task' }
    @{ Name = 'sets'; Get = { $sets }; Header = 'Id +State +Age +Size Unattended Assisted StackName Labels Members' }
    @{ Name = 'members'; Get = { $set.Members }; Header = 'Name +Role +Status +Size ImageId' }
    @{ Name = 'a record'; Get = { $record }; Header = 'Version Recorded \(UTC\) +Unattended \(UTC\) Assisted \(UTC\) +StackName' }
    @{ Name = 'recorded nodes'; Get = { $record.Nodes }; Header = 'Name +Client until Serving until Was cordoned Instance' }
    @{ Name = 'nodes'; Get = { $report.Nodes }; Header = 'Name +Status +Roles +Age +Version +Internal IP +Problems' }
    @{ Name = 'operators'; Get = { $report.Operators }; Header = 'Name +State +Since +Message' }
    @{ Name = 'a report as a table'; Get = { $report }; Header = 'Verdict Healthy Version Safe by \(UTC\) Unattended \(UTC\) Cluster' }
  ) {
    $shown = Show (& $Get | Format-Table)
    $shown | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    $shown | Should -HaveCount (2 + @(& $Get).Count)
    $shown[0] | Should -Match "^$Header"
    & $Get | Format-List | Out-String -Width 80 | Should -Not -Match '\{ \w+ = |(?-i:Hotstack\.)' # records as C# shows them
  }

  It 'show checks worst first, and their sentences whole' {
    $shown = Show $findings
    $shown | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    $shown[0, 1] -join '|' | Should -Match '^ +SnapSetId: \w{8}\|Result Member +Check +Message'
    $shown -join ' ' -replace '\s+' | Should -Match 'theclusterrevivesbyitselfuntil[-\d:]+Z,andwithapprovalsuntil[-\d:]+Z'
    Show ($report.Checks) | Should -Not -Match '\u2026'
    $report.Checks.Result | Select-Object -Unique | Should -Be Passed, Skipped
  }

  It 'show ids in full' {
    $shown = Show $set.Members
    foreach ($id in $set.Members.ImageId) { $shown -match $id | Should -HaveCount 1 }
  }

  It 'say the ages, sizes and what is left in words that fit' {
    $shown = Show $sets
    $shown[2] | Should -Match '^\w{8} Complete +\d+ s +[\d.]+ MiB \d+ d \d+ h +\d+ d +hs-multi +controll…'
    $shown[3] | Should -Match '^AAAAaaaa Unverified 40 d +1.0 MiB +controll…'
  }

  It 'show more on a wide screen' {
    (Show $sets 80)[2] | Should -Match 'hs-multi +controll\u2026$'
    (Show $sets 200)[2] | Should -Match 'controller, master0, master1, master2, worker0, worker1$'
  }

  It 'put what matters before long names, in <Width> columns' -ForEach @{ Width = 80 }, @{ Width = 200 } {
    $long = 'a' * 40
    $fqdn = 'master-0.ocp.a-long-name.lab.example.org'
    $common = @{ Name = $long; Role = 'ocp_master'; Problems = @(); Members = 'controller', $long }
    $lines = Show (Get-Shaped SnapSets.SnapSet (@{ Id = 'k3v9x2m1'; State = 'Incomplete'; AgeText = '12 d 13 h'; SizeText = '104.2 GiB'; UnattendedLeft = '15 d 18 h'
          AssistedLeft = 'expired'; StackName = $long } + $common)) $Width
    $lines[-1] | Should -Match '^k3v9x2m1 Incomplete 12 d 13 h 104.2 GiB 15 d 18 h +expired +aaaaaaaaaaaaaaaa'
    $lines = Show (Get-Shaped SnapSets.SnapSetMember ($common + @{ Status = 'active'; StatusText = 'active'; SizeText = '4.2 GiB'; ImageId = (New-Guid).Guid })) $Width
    $lines[-1] | Should -Match "^$long ocp_master active 4.2 GiB "
    $lines = Show (Get-Shaped SnapSets.Instance ($common + @{ Status = 'SHUTOFF'; MacAddress = 'fa:16:9e:81:f6:05'; IpAddresses = '192.168.32.10' })) $Width
    $lines[-1] | Should -Match "^$long ocp_master SHUTOFF fa:16:9e:81:f6:05"
    $lines = Show (Get-Shaped Restoring.RestoredStack @{ SnapSetId = 'k3v9x2m1'; Status = 'CREATE_COMPLETE'; Mode = 'Overlay'; StackName = $long; Servers = 1..9 }) $Width
    $lines[-1] | Should -Match "^k3v9x2m1 CREATE_COMPLETE Overlay $long"
    $lines = Show (Get-Shaped Clusters.NodeReport @{ Name = $fqdn; Status = 'NotReady, cordoned'; Roles = 'master'; Problems = 'one', 'two' }) $Width
    $lines[-1] | Should -Match "^$fqdn NotReady, cordoned"
    $lines = Show (Get-Shaped Clusters.OperatorReport @{ Name = 'operator-lifecycle-manager-packageserver'; State = 'unavailable and degraded'
        Reason = 'Why'; Message = 'word ' * 60 }) $Width
    $lines | Should -HaveCount 3
    $lines[-1] | Should -Match '^operator-lifecycle-manager-packageserver +unavailable and degraded'
    $lines = Show (Get-Shaped Moving.SnapSetExport @{ Id = 'k3v9x2m1'; SizeText = '104.2 GiB'; DurationText = '23 h 59 min'; Path = "/$long/$long" }) $Width
    $lines[-1] | Should -Match "^k3v9x2m1 +104.2 GiB 23 h 59 min /$long"
  }

  It 'show <Name> too' -ForEach @(
    @{ Name = 'volumes'; Type = 'SnapSets.SnapSetVolume'; Values = @{ Device = '/dev/vdb'; Size = 20; Status = 'available'; SnapshotId = 'x' * 36 }; Like = '*vdb 20 GiB available xx*' }
    @{ Name = 'signing requests'; Type = 'Clusters.CertificateRequests.SigningRequest'; Values = @{ Name = 'csr-1'; State = 'Pending'; AgeText = '2 min'; Node = 'm0'; SignerName = 's'; Requester = 'r' }
      Like = 'csr-1 Pending 2 min m0 *s *r' }
    @{ Name = 'requests'; Type = 'Clusters.CertificateRequests.CsrDecision'; Values = @{ Verdict = 'Refuse'; Name = 'csr-1'; Node = 'm0'; Reason = 'why' }; Like = 'Refuse *csr-1 m0 *why' }
    @{ Name = 'steps'; Type = 'Clusters.TimelineEntry'; Values = @{ DurationText = '2 min'; Step = 'Api'; Result = 'ready' }; Like = '*2 min Api *ready' }
    @{ Name = 'standings'; Type = 'Clusters.Stability.OperatorStanding'; Values = @{ Name = 'etcd'; Problems = 'Degraded', 'Progressing'; UnstableForText = '2 min' }
      Like = 'etcd Degraded, Progressing 2 min*' }
    @{ Name = 'node certificates'; Type = 'Clusters.Certificates.NodeCertificates'; Values = @{ Node = 'm0'; Problem = 'why' }; Like = 'm0 *why' }
    @{ Name = 'certificates'; Type = 'Clusters.Certificates.ClusterCertificate'; Values = @{ Name = 'csr-signer'; RemainingText = '2 d'; Issuer = 'me' }; Like = 'csr-signer *2 d *me' }
    @{ Name = 'events'; Type = 'Clusters.Stability.StabilityEvent'; Values = @{ Operator = 'etcd'; What = 'became stable' }; Like = '*etcd *became stable' }
    @{ Name = 'leftovers'; Type = 'SnapSets.Leftover'; Values = @{ Kind = 'volume snapshot'; Id = 'x' * 36; Reason = 'why' }; Like = 'volume snapshot xxx*x why' }
    @{ Name = 'checks'; Type = 'Clusters.ClusterCheck'; Values = @{ Result = 'Failed'; Check = 'Nodes'; Message = 'why' }; Like = 'Failed Nodes why' }
  ) {
    (Show (Get-Shaped $Type $Values))[-1] | Should -BeLike $Like
  }
}

Describe 'Lists' -Tag Quick {
  It 'show all members by name, sizes and ages in words, and problems line by line' {
    $shown = Show ($set | Format-List)
    $shown | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    $shown -join '|' | Should -Match 'Members +: controller, master0, master1, master2, worker0, worker1\|'
    $shown -join '|' | Should -Match 'Age +: \d+ s\|.*\|Size +: [\d.]+ MiB\|.*UnattendedLeft +: \d+ d'
    Show (Get-Shaped SnapSets.SnapSet @{ Problems = 'master0: gone', '1 of 2' } | Format-List) | Where-Object { $_ -match 'master0: gone$' } | Should -HaveCount 1
  }

  It 'of a report show what is wrong, and no more than the first of what is in great number' {
    $shown = Show ($report | Format-List)
    $shown.Count | Should -BeLessThan 60
    $shown -match '^(Problems|Nodes|Operators) ' | Should -HaveCount 3
  }
}

Describe 'Output of several types in one script' {
  It 'is a table and then what matters of the rest, not all that there is' {
    $mixed[1] | Should -Match '^Name +Role +Status +MacAddress'
    ($mixed -match '^\w+ +: ').ForEach{ ($_ -split ' +: ')[0] } | Should -Be Context, Verdict, Summary
    $mixed | Should -Contain 'Verdict : Safe'
    $shown = Show (@($instances) + $set + $findings.Where({ $_.Member }, 'First'))
    ($shown -match '^\w+ +: ').ForEach{ ($_ -split ' +: ')[0] } |
      Should -Be Id, State, AgeText, SizeText, UnattendedLeft, AssistedLeft, StackName, Members, Problems, SnapSetId, Result, Member, Check, Message
  }

  It 'has all properties where they are asked for' {
    $report | Format-List Context, Verdict | Out-String | Should -Match '^\s*Context +: hs-multi\s+Verdict +: Safe\s*$'
    $report | Format-List * | Out-String | Should -Match 'ClusterId +: '
  }
}

Describe 'Colours' {
  AfterEach { $PSStyle.OutputRendering = 'PlainText' }

  It 'are there where they are wanted, and move nothing' {
    $plain = Show $sets
    $PSStyle.OutputRendering = 'Ansi'
    $coloured = Show $sets
    $coloured -join '' | Should -Match "`e\[32mComplete`e\[0m"
    $coloured -join '' | Should -Match "`e\[33mUnverified`e\[0m"
    ($coloured -replace '\e\[[\d;]*m').TrimEnd() | Should -Be $plain
    Show ($report, (Get-Shaped Clusters.ClusterReport @{ Context = 'c'; Verdict = 'NotYet'; Problems = @() })) | Where-Object { $_ -match '\e\[31mNotYet' } |
      Should -HaveCount 1
  }

  It 'are in prose too, where long sentences are broken as without them' {
    $check = Get-Shaped Clusters.ClusterCheck @{ Result = 'Failed'; Message = 'word ' * 40 }
    $revival = Get-Shaped Clusters.ReviveReport @{ Name = 'lab'; Summary = 'Not all works.'; Timeline = 'Api: ready'; Problems = , $check }
    $plain = Show $revival
    $plain | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    $plain -join '|' | Should -Match '^OpenShift cluster lab\|    Not all works.\|    - Api: ready\|    ! Failed: word'
    $PSStyle.OutputRendering = 'Ansi'
    $coloured = Show $revival
    $coloured -join '' | Should -Match "! `e\[31mFailed`e\[0m: word"
    ($coloured -replace '\e\[[\d;]*m').TrimEnd() | Should -Be $plain
  }

  It 'tell an expired time' {
    $PSStyle.OutputRendering = 'Ansi'
    Show (Get-Shaped SnapSets.SnapSet @{ Id = 'k3v9x2m1'; UnattendedLeft = 'expired'; AssistedLeft = 'expired' }) |
      Where-Object { $_ -match '\e\[33mexpired.*\e\[31mexpired' } | Should -HaveCount 1
  }

  It 'are never in the values, nor in columns that the user names' {
    $PSStyle.OutputRendering = 'Ansi'
    $sets.State | Should -Be Complete, Unverified
    ($sets | Format-Table State -HideTableHeaders | Out-String).Trim() | Should -Not -Match '\e'
  }

  It 'are gone from <_>' -ForEach 'PlainText', 'Host' {
    $PSStyle.OutputRendering = $_
    $sets, $findings, $report, $report.Nodes, $report.Operators | Out-String | Should -Not -Match '\e'
    $report | Format-List | Out-File "$TestDrive/list.txt"
    Get-Content "$TestDrive/list.txt" -Raw | Should -Not -Match '\e'
  }

  It 'do not stop a strict script' {
    $shown = & { Set-StrictMode -Version Latest; $Error.Clear(); $sets, $report.Nodes | Out-String; $Error.Count }
    $shown[-1] | Should -Be 0
    $shown[0] | Should -Match 'Complete'
  }
}

Describe 'Order' {
  It 'is the newest set first, the controller first, masters before workers' {
    $sets.Id | Should -Be $set.Id, AAAAaaaa
    $set.Members.Name | Should -Be controller, master0, master1, master2, worker0, worker1
    $report.Nodes.Name | Should -Be master0, master1, master2, worker0, worker1
    $set.ClusterRecord.Nodes.Name | Should -Be $report.Nodes.Name
  }
}

Describe 'ConvertTo-Json' {
  It 'tells the <Type> whole with -Depth <Depth>' -ForEach @(
    @{ Type = 'set'; Get = { $set }; Depth = 5 }
    @{ Type = 'record'; Get = { $record }; Depth = 6 }
    @{ Type = 'report'; Get = { $report }; Depth = 4 }
    @{ Type = 'finding'; Get = { $findings[0] }; Depth = 2 }
    @{ Type = 'instance'; Get = { $instances[0] }; Depth = 4 }
  ) {
    & $Get | ConvertTo-Json -Depth $Depth -WarningVariable warnings | ConvertFrom-Json | Should -Not -BeNullOrEmpty
    $warnings | Should -BeNullOrEmpty
  }

  It 'writes words for states and ISO dates' {
    $json = $set | ConvertTo-Json -Depth 5
    $json | Should -Match '"State": "Complete"'
    $json | Should -Match '"UnattendedUntil": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"'
    $report | ConvertTo-Json -Depth 4 | Should -Match '"Verdict": "Safe"'
    $findings | ConvertTo-Json | Should -Match '"Result": "Passed"'
    ($json | ConvertFrom-Json).Members.Name | Should -Be $set.Members.Name
  }

  It 'holds no secret' {
    $secret = Select-String 'password: (\S+)' $env:OS_CLIENT_CONFIG_FILE | ForEach-Object { $_.Matches[0].Groups[1].Value }
    $secret | Should -Not -BeNullOrEmpty
    $set, $record, $report | ConvertTo-Json -Depth 6 | Should -Not -Match ([regex]::Escape($secret))
  }
}

Describe 'ConvertTo-Csv' {
  It 'tells lists as words' {
    $row = $set | ConvertTo-Csv | ConvertFrom-Csv
    $row.Members | Should -Be 'controller, master0, master1, master2, worker0, worker1'
    $row.State, $row.Size | Should -Be 'Complete', "$($set.Size)"
    $instances, $record, $report, $report.Nodes | ForEach-Object { $_ | ConvertTo-Csv } | Should -Not -MatchExactly 'System\.|Hotstack\.|\[\]'
  }
}

Describe 'Export-Clixml' {
  BeforeAll {
    $set, $record | Export-Clixml "$TestDrive/objects.xml"
    $storedSet, $storedRecord = Import-Clixml "$TestDrive/objects.xml"
  }

  It 'keeps the members, the record and its nodes, and the words' {
    $storedSet.State -eq 'Complete' | Should -BeTrue
    $storedSet.Members.MacAddresses | Should -Be $set.Members.MacAddresses
    $storedSet.ClusterRecord.Nodes[0].Addresses[0].Address | Should -Be $set.ClusterRecord.Nodes[0].Addresses[0].Address
    Show $storedSet | Should -Be (Show $set)
  }

  It 'keeps enough to go on with: <_>' -ForEach @(
    'Get-HotstackSnapSet', 'Test-HotstackSnapSet -Quiet'
    'Remove-HotstackSnapSet -WhatIf', 'Restore-HotstackSnapSet -StackName again -Template $template -WhatIf'
  ) {
    # Without a host, so that -WhatIf talks to nobody.
    $shell = [powershell]::Create().AddScript("Import-Module '$(Get-ModuleUnderTest)'; `$template = '$($sandbox.Template)'; " +
      "(Import-Clixml '$TestDrive/objects.xml')[0] | $_")
    try {
      $given = $shell.Invoke()
      $shell.Streams.Error | Should -BeNullOrEmpty
      [bool] $given | Should -Be ($_ -notlike '*-WhatIf')
    }
    finally { $shell.Dispose() }
  }

  It 'does not keep a record, which is then refused' {
    { $storedRecord | New-HotstackSnapSet -WhatIf } | Should -Throw -ErrorId 'ClusterRecordStored,*'
    { $storedRecord | Suspend-HotstackCluster -WhatIf } | Should -Throw -ErrorId 'ClusterRecordStored,*'
    { $storedRecord | Invoke-HotstackRevive -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterRecordStored,*'
  }
}
