BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $quick = @{ PollInterval = '0.1s'; Confirm = $false; WarningAction = 'SilentlyContinue' }

  function Get-Answer([scriptblock] $Command) {
    # What is shown on the console: the texts of -WhatIf are in no stream.
    $file = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
    $null = Start-Transcript $file
    try { & $Command | Out-Null } finally { $null = Stop-Transcript }
    (Get-Content $file -Raw) -replace '\r?\n', ' '
  }

  function Test-IsUntouched {
    # No node cordoned, no shutdown scheduled, no server stopped.
    (Test-HotstackCluster).Nodes.IsUnschedulable | Select-Object -Unique | Should -Be $false
    Get-SandboxNode $sandbox | Where-Object shutdown | Should -BeNullOrEmpty
    (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be ACTIVE
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Test-HotstackCluster' {
  BeforeAll { Reset-Sandbox $sandbox }

  Context 'of a cluster some weeks old' -Tag Quick {
    BeforeAll { $report = Test-HotstackCluster }

    It 'says that it is safe to shut down, and healthy' {
      $report.Verdict | Should -Be Safe
      $report.IsSafe, $report.IsHealthy | Should -Be $true, $true
      $report.Reasons + $report.Problems + $report.Eta | Should -BeNullOrEmpty
      Test-HotstackCluster -Quiet | Should -BeTrue
    }

    It 'tells until when it could come back' {
      $report.UnattendedUntil | Should -BeGreaterThan ([datetime]::UtcNow.AddDays(7))
      $report.AssistedUntil | Should -BeGreaterThan $report.UnattendedUntil
      $report.AssistedLimit | Should -Not -BeNullOrEmpty
    }

    It 'tells which cluster, its nodes, operators, certificates, and every check' {
      $report.Context, $report.Version | Should -Be hs-multi, 4.18.9
      $report.Nodes.Name | Should -Be master0, master1, master2, worker0, worker1
      $report.Operators.Name | Should -Contain etcd
      $report.Certificates.Name | Should -Contain csr-signer
      $report.Checks.Result | Select-Object -Unique | Should -Be Passed, Skipped
    }

    It 'is prose on the screen, 80 columns wide' {
      $shown = ($report | Out-String -Width 80) -split '\r?\n' | Where-Object { $_.Trim() }
      $shown | Where-Object Length -GT 80 | Should -BeNullOrEmpty
      $shown[0] | Should -Be 'OpenShift cluster hs-multi, 4.18.9: Safe'
      $shown -join ' ' | Should -Match 'may be shut down now\..*services work\..*comes back by itself until'
    }
  }

  Context 'of a cluster of twelve hours' {
    BeforeAll {
      $young = Start-Sandbox -ClusterAge 12h -Speed 20 # young as long as this takes
      $report = Test-HotstackCluster
    }

    AfterAll { Stop-Sandbox $young }

    It 'says that it is not safe yet, why, and when it should be' {
      $report.Verdict | Should -Be NotYet
      $report.Reasons -join ' ' | Should -Match 'csr-signer-signer is still the installer''s'
      $report.Eta | Should -BeGreaterThan ([datetime]::UtcNow)
      $report.Eta | Should -BeLessThan ([datetime]::UtcNow.AddDays(1))
      $report.IsHealthy | Should -BeTrue
      Test-HotstackCluster -Quiet | Should -BeFalse
    }

    It 'shows each failed check on the screen' {
      $report | Out-String -Width 80 | Should -Match '- Failed: .*csr-signer'
    }

    It 'keeps Suspend-HotstackCluster from it, on -WhatIf too' {
      { Suspend-HotstackCluster hs-multi -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNotSafe,*'
      Get-SandboxCall $young | Should -BeNullOrEmpty
    }

    It 'asks whether -SkipCertificateCheck is meant, and takes no for an answer' {
      $script = "Import-Module '$(Get-ModuleUnderTest)'; Suspend-HotstackCluster hs-multi -Method Nova -SkipCertificateCheck"
      $shown = 'n' | pwsh -NoProfile -Command $script
      $LASTEXITCODE | Should -Be 0
      $shown -join ' ' -replace '\s+', ' ' | Should -Match 'WITHOUT regard to its certificates.*\[Y\] Yes .*\[N\] No'
      Get-SandboxCall $young | Should -BeNullOrEmpty
    }

    It 'keeps New-HotstackSnapSet -StopServers from it' {
      { New-HotstackSnapSet hs-multi -StopServers -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNotSafe,*'
      Get-SandboxCall $young | Should -BeNullOrEmpty
    }

    It 'asks whether New-HotstackSnapSet -StopServers <Arguments> is meant, and says why' -ForEach @(
      @{ Arguments = '-SkipCertificateCheck'; Kubeconfig = $null; Why = '-SkipCertificateCheck skips the check' }
      @{ Arguments = ''; Kubeconfig = '/no/such/file'; Why = 'cannot be checked: .*/no/such/file' }
    ) {
      $set = if ($Kubeconfig) { "`$env:KUBECONFIG = '$Kubeconfig';" }
      $script = "Import-Module '$(Get-ModuleUnderTest)'; $set New-HotstackSnapSet hs-multi -StopServers $Arguments"
      $shown = ('n' | pwsh -NoProfile -Command $script) -join ' ' -replace '\s+', ' '
      $shown | Should -Match "WITHOUT regard to the cluster's certificates \(.*$Why.*\[Y\] Yes .*\[N\] No"
      $shown | Should -Match 'WARNING: There is no record .*: Suspend-HotstackCluster hs-multi \| New-HotstackSnapSet'
      Get-SandboxCall $young | Should -BeNullOrEmpty
    }

    It 'shuts it down on -SkipCertificateCheck -Confirm:$false' {
      $record = Suspend-HotstackCluster hs-multi -Method Nova -SkipCertificateCheck @quick
      ($record.UnattendedUntil - $report.UnattendedUntil).Duration().TotalSeconds | Should -BeLessThan 5 # told in seconds, some apart
      (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be SHUTOFF
    }
  }

  Context 'of a cluster with an operator that is not well' {
    BeforeAll { Set-SandboxOperator $sandbox console Degraded True }

    AfterAll { Set-SandboxOperator $sandbox console Degraded }

    It 'names it' {
      $report = Test-HotstackCluster
      $report.Verdict, $report.IsHealthy | Should -Be NotYet, $false
      $report.Reasons -join ' ' | Should -Match console
      ($report.Operators | Where-Object -Not IsStable).Name | Should -Be console
    }

    It 'may leave it out' { (Test-HotstackCluster -IgnoreOperator con*).Verdict | Should -Be Safe }
  }

  It 'lets no account that sees little take it for safe' {
    $report = Test-HotstackCluster -Context restricted
    $report.Verdict, $report.IsSafe | Should -Be Unknown, $false
    $report.Reasons | Should -Contain 'no permission to list nodes'
    Test-HotstackCluster -Context restricted -Quiet | Should -BeFalse
  }
}

Describe 'Get-HotstackCluster' {
  BeforeAll {
    Reset-Sandbox $sandbox
    $cluster = Get-HotstackCluster
    function Show($Objects, [int] $Width) { (($Objects | Out-String -Width $Width) -split '\r?\n' -replace '\e\[[\d;]*m').TrimEnd() | Where-Object { $_ } }
  }

  It 'shows nodes, operators, certificates and requests, without a verdict' {
    $cluster.Name, $cluster.Version, $cluster.Platform | Should -Be hs-multi, 4.18.9, None
    $cluster.Nodes.Name | Should -Be master0, master1, master2, worker0, worker1
    $cluster.Operators | Should -HaveCount 33
    $cluster.Certificates.Name | Should -Contain csr-signer
    $cluster.Unread | Should -BeNullOrEmpty
    $cluster.PSObject.Properties.Name | Should -Not -Contain Verdict
    Get-SandboxCall $sandbox | Should -BeNullOrEmpty
  }

  It 'is a few lines on the screen, <Width> columns wide' -ForEach @{ Width = 80 }, @{ Width = 120 } {
    $lines = Show $cluster $Width
    $lines | Where-Object Length -GT $Width | Should -BeNullOrEmpty
    $lines[0..2] | Should -Be 'OpenShift cluster hs-multi, 4.18.9', '    5 nodes: 5 ready.', '    33 operators: 33 stable.'
    $lines -join ' ' | Should -Match 'The first certificate expires at 20[-\d]+ [:\d]+Z, in \d+ d'
    $lines.Count | Should -BeLessThan 8
  }

  It 'shows <Part> as a table, <Width> columns wide' -ForEach @(
    @{ Part = 'Nodes'; Width = 80; Header = '^Name +Status Roles +Age +Version Internal IP +Problems$'; Row = '^worker1 Ready +worker +\d+ d( \d+ h)? +v1.31.7 192\.168\.32\.\d+$' }
    @{ Part = 'Nodes'; Width = 120; Header = 'Internal IP +Problems$'; Row = '^master0 Ready +control-plane, master \d+ d' }
    @{ Part = 'Operators'; Width = 80; Header = '^Name +State +Since +Message'; Row = '^storage +stable \d+ d' }
    @{ Part = 'Certificates'; Width = 80; Header = '^Name +Not after \(UTC\) +Remaining +Issuer$'; Row = '^csr-signer +20[-\d]{8} [\d:]{5} \d+ d' }
    @{ Part = 'Certificates'; Width = 120; Header = '^Name .* Remaining +Issuer$'; Row = '^etcd-signer .* openshift-etcd_etcd-signer@\d+$' }
  ) {
    $lines = Show $cluster.$Part $Width
    $lines | Where-Object Length -GT $Width | Should -BeNullOrEmpty
    $lines -match $Header | Should -Not -BeNullOrEmpty
    $lines -match $Row | Should -Not -BeNullOrEmpty
    $cluster.$Part | Format-List | Out-String -Width $Width | Should -Not -Match '\{ \w+ = |(?-i:Hotstack\.)' # records as C# shows them
  }

  It 'fits into a pipeline' {
    Get-HotstackCluster | ForEach-Object Nodes | Where-Object Ready -NE $true | Should -BeNullOrEmpty
    (Get-HotstackCluster).Operators | Where-Object -Not IsStable | Should -BeNullOrEmpty
    ($cluster.Certificates | Where-Object { $_.Remaining -lt '3650.00:00:00' }).Count | Should -BeGreaterThan 10
  }

  It 'leads to other cmdlets by its StackName, stored or not' {
    $found = Get-HotstackCluster hs-multi -WarningAction Ignore
    $found.StackName | Should -Be hs-multi
    $stored = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($found))
    $stored.Nodes[0].Status | Should -Be Ready
    foreach ($one in $found, $stored) {
      ($one | Test-HotstackCluster -WarningAction Ignore).Name | Should -Be hs-multi
      $one | Wait-HotstackCluster Api -WarningAction Ignore | Should -BeNullOrEmpty
      Get-Answer { $one | Suspend-HotstackCluster -WhatIf -WarningAction Ignore } | Should -Match 'What if: .*controller, master0'
      Get-Answer { $one | Invoke-HotstackRevive -WhatIf -WarningAction Ignore } | Should -Match 'What if: .*controller, master0'
      ($one | Get-HotstackInstance).Count | Should -Be 6
    }
    { $cluster | Test-HotstackCluster -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectInvalid,*'
  }

  It 'shows what is not well' {
    Set-SandboxOperator $sandbox console Degraded True
    $names = (Invoke-RestMethod "$($sandbox.Address)/sandbox/cluster/csrs/hostile" -Method Post).PSObject.Properties.Name
    try {
      $now = Get-HotstackCluster
      $now.Operators[0].Name, $now.Operators[0].Degraded, $now.Operators[0].Reason | Should -Be console, $true, Forced
      (Show $now.Operators 80) -match '^console +degraded +\d+ s +as ' | Should -HaveCount 1
      (Show $now.CertificateRequests 80)[0] | Should -Match '^Name +State +Age +Node +Signer'
      $now.CertificateRequests | Where-Object IsPending | ForEach-Object Name | Sort-Object | Should -Be ($names | Sort-Object)
      (Show $now 120)[2] | Should -Be '    33 operators: 32 stable, 1 degraded (console).'
      (Show $now 400) -join ' ' | Should -Match "certificate requests: $($names.Count) pending \("
    }
    finally { Reset-Sandbox $sandbox }
  }

  It 'names what may not be read, and shows the rest' {
    $restricted = Get-HotstackCluster -Context restricted -WarningVariable told -WarningAction SilentlyContinue
    $restricted.Version | Should -Be 4.18.9
    $restricted.Nodes + $restricted.Operators + $restricted.Certificates | Should -BeNullOrEmpty
    ($restricted.Unread | Where-Object Part -EQ Nodes).Reason | Should -Be 'no permission to list nodes'
    $told.Count | Should -Be $restricted.Unread.Count
    "$($told -match 'Nodes')" | Should -Be "Cluster 'restricted' was not read completely: Nodes: no permission to list nodes."
    (Show $restricted.Unread 80)[0] | Should -Match '^Part +Reason'
  }

  It 'completes the names of stacks' {
    (TabExpansion2 'Get-HotstackCluster ').CompletionMatches.CompletionText | Should -Contain hs-multi
  }
}

Describe 'Which cluster' {
  BeforeAll {
    Reset-Sandbox $sandbox
    function Complete([string] $Line) { (TabExpansion2 $Line).CompletionMatches.CompletionText }
  }

  It 'is a matter of -Context' { (Test-HotstackCluster -Context operator).Context | Should -Be operator }

  It 'is a matter of -Kubeconfig, by a path as PowerShell sees it' {
    Copy-Item $env:KUBECONFIG TestDrive:/kubeconfig
    $env:KUBECONFIG, $before = '/nope', $env:KUBECONFIG
    Push-Location TestDrive:/
    try { Test-HotstackCluster -Kubeconfig kubeconfig -Quiet | Should -BeTrue } finally { Pop-Location; $env:KUBECONFIG = $before }
  }

  It 'is proposed for -Context' {
    Complete 'Test-HotstackCluster -Context ' | Should -Be hs-multi, operator, restricted
    Complete 'Suspend-HotstackCluster -Context op' | Should -Be operator
    Complete 'Test-HotstackCluster -Kubeconfig /nope -Context op' | Should -Not -Contain operator
  }

  It '<Command> is <Id>, <Category>' -ForEach @(
    @{ Command = 'Test-HotstackCluster -Context nope'; Id = 'ContextNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Get-HotstackCluster -Context nope'; Id = 'ContextNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Test-HotstackCluster -Context $null'; Id = 'ParameterArgumentValidationError'; Category = 'InvalidData' }
    @{ Command = 'Test-HotstackCluster -Kubeconfig /nope'; Id = 'KubeconfigNotFound'; Category = 'InvalidData'; Target = '/nope' }
    @{ Command = 'Test-HotstackCluster -Kubeconfig Env:/PATH'; Id = 'PathNotOfFile'; Category = 'InvalidArgument' }
    @{ Command = 'Test-HotstackCluster -MinimumValidity 1h'; Id = 'MinimumValidityTooShort'; Category = 'InvalidArgument' }
    @{ Command = 'Wait-HotstackCluster -StableFor 5m -Timeout 1m'; Id = 'TimeoutTooShort'; Category = 'InvalidArgument' }
    @{ Command = 'Wait-HotstackCluster -For Api -Context restricted -Timeout 1 -PollInterval 1'; Id = 'ApiNotReady'; Category = 'OperationTimeout' }
    @{ Command = 'Wait-HotstackCluster -For Ready -Context restricted -PollInterval 0'; Id = 'ClusterUnknown'; Category = 'OperationStopped' }
    @{ Command = 'Suspend-HotstackCluster hs-multi -Context restricted'; Id = 'ClusterNotSafe'; Category = 'ResourceBusy'; Target = 'restricted' }
    @{ Command = 'Suspend-HotstackCluster hs-multi -MinimumValidity 365d'; Id = 'ClusterNotSafe'; Category = 'ResourceBusy' }
    @{ Command = '@() | Suspend-HotstackCluster'; Id = 'NoInstances'; Category = 'InvalidArgument' }
    @{ Command = 'Get-HotstackInstance hs-multi | Select-Object -First 3 | Suspend-HotstackCluster'; Id = 'NodesDoNotMatch'; Category = 'InvalidArgument' }
    @{ Command = 'Invoke-HotstackRevive nope'; Id = 'StackNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Invoke-HotstackRevive hs-multi -SnapSetId nope'; Id = 'SnapSetNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    foreach ($command in 'Suspend-HotstackCluster', 'Invoke-HotstackRevive', 'New-HotstackSnapSet') {
      foreach ($object in '1', '(Get-Item .)', '(Get-Date)', '@{ Nothing = "x" }', '[pscustomobject]@{ Nothing = "x" }', '(Test-HotstackCluster)') {
        @{ Command = "$object | $command"; Id = 'InputObjectInvalid'; Category = 'InvalidArgument' }
      }
    }
    @{ Command = '[pscustomobject]@{ Name = "x"; Role = "ocp_master"; Id = "x" } | Invoke-HotstackRevive'; Id = 'SnapSetDataInvalid'; Category = 'InvalidArgument' }
    @{ Command = '@{ Name = "x" } | Suspend-HotstackCluster'; Id = 'SnapSetDataInvalid'; Category = 'InvalidArgument' }
    @{ Command = 'Invoke-HotstackRevive hs-multi -StableFor 1s, soon'; Id = 'ParameterArgumentTransformationError'; Category = 'InvalidData' }
  ) {
    $failure = [scriptblock]::Create("`$ErrorActionPreference = 'Stop'; $Command") | Should -Throw -PassThru
    $failure.FullyQualifiedErrorId | Should -BeLike "$Id,Hotstack.Commands.*"
    $failure.CategoryInfo.Category | Should -Be $Category
    if ($Target) { $failure.TargetObject | Should -Be $Target }
    Get-SandboxCall $sandbox | Should -BeNullOrEmpty
  }
}

Describe 'Wait-HotstackCluster' {
  BeforeAll { Reset-Sandbox $sandbox }

  It 'waits for <For>, and gives nothing' -ForEach @{ For = 'Api' }, @{ For = 'Ready' }, @{ For = 'CertificateRotation' } {
    Wait-HotstackCluster -For $For -PollInterval 0 | Should -BeNullOrEmpty
  }

  It 'waits for stable operators by default, and gives the report with -PassThru' {
    $took = Measure-Command { $report = Wait-HotstackCluster -StableFor 1s -PollInterval 1 -PassThru }
    $took.TotalSeconds | Should -BeGreaterThan 1
    $report.Verdict | Should -Be Safe
  }

  It 'names the culprit when the time is over' {
    Set-SandboxOperator $sandbox console Available False
    try { $failure = { Wait-HotstackCluster -StableFor 1s -Timeout 1s -PollInterval 1 } | Should -Throw -PassThru }
    finally { Set-SandboxOperator $sandbox console Available }
    $failure.FullyQualifiedErrorId | Should -Be 'ClusterNotStable,Hotstack.Commands.WaitHotstackCluster'
    $failure.CategoryInfo.Category | Should -Be OperationTimeout
    $failure.TargetObject | Should -Be console
    "$failure" | Should -Match 'console: Unavailable for .* \(Forced: as the test wants it\)'
    $failure.Exception.Culprits.Name | Should -Be console
  }

  It 'ends soon, and in silence, when it is stopped' {
    $shell = Start-Command 'Wait-HotstackCluster -StableFor 10m'
    try {
      Wait-Until { $shell.Streams.Progress.Count -gt 0 }
      (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 3
      "$($shell.InvocationStateInfo.State)" | Should -Be Stopped
      $shell.Streams.Error + $shell.Streams.Warning | Should -BeNullOrEmpty
    }
    finally { $shell.Dispose() }
  }
}

Describe 'Suspend-HotstackCluster' {
  BeforeEach { Reset-Sandbox $sandbox }

  It 'tells with -WhatIf what it would do (<Arguments>), and does nothing' -Tag Quick -ForEach @(
    @{ Arguments = ''; Said = 'Cordon 5 nodes, shut down 2 workers from within, shut down 3 masters from within, stop controller by Nova' }
    @{ Arguments = '-Method Nova -Drain -EtcdBackup'
      Said = 'Back up etcd, cordon 5 nodes, drain the workers, shut down 2 workers by Nova, shut down 3 masters by Nova, stop controller by Nova' }
    @{ Arguments = '-SkipCertificateCheck'; Said = 'WITHOUT regard to its certificates' }
    @{ Arguments = '-ForceRotation'; Said = 'Renew its certificates, cordon' }
  ) {
    $shown = Get-Answer ([scriptblock]::Create("Suspend-HotstackCluster hs-multi $Arguments -WhatIf -WarningAction SilentlyContinue"))
    $shown | Should -Match "What if: .*$Said"
    $shown | Should -Match 'hs-multi'' \(4.18.9\): controller, master0, master1, master2, worker0, worker1'
    Get-SandboxCall $sandbox | Should -BeNullOrEmpty
  }

  It 'asks before it shuts a cluster down, and takes no for an answer' {
    $shown = 'n' | pwsh -NoProfile -Command "Import-Module '$(Get-ModuleUnderTest)'; Suspend-HotstackCluster hs-multi"
    $shown -join ' ' -replace '\s+', ' ' | Should -Match 'shut down 3 masters from within.*\[Y\] Yes .*\[N\] No'
    Get-SandboxCall $sandbox | Should -BeNullOrEmpty
  }

  It 'gives nothing with -WhatIf' { Suspend-HotstackCluster hs-multi -WhatIf | Should -BeNullOrEmpty }

  It 'takes instances made by hand' {
    $shown = Get-Answer { Get-HotstackInstance hs-multi | Select-Object Name, Role, Id, MacAddress | Suspend-HotstackCluster -WhatIf }
    $shown | Should -Match 'What if: .*Cordon 5 nodes'
  }

  It 'takes everything back when it is stopped before the first node shuts down' {
    $shell = Start-Command 'Suspend-HotstackCluster hs-multi -Drain -PollInterval 0.1s -Confirm:$false'
    try {
      Wait-Until { ($shell.Streams.Progress | Select-Object -Last 1).StatusDescription -match 'Ctrl\+C cancels' }
      Get-SandboxNode $sandbox | Where-Object shutdown | Should -HaveCount 5
      $shell.Stop()
      "$($shell.InvocationStateInfo.State)" | Should -Be Stopped
      $shell.Streams.Error | Should -BeNullOrEmpty
      $shell.Streams.Warning -join ' ' | Should -Match 'was stopped.*Nothing was shut down; everything was rolled back'
    }
    finally { $shell.Dispose() }
    Test-IsUntouched
  }
}

Describe 'Invoke-HotstackRevive' {
  BeforeAll {
    Reset-Sandbox $sandbox
    $told = @{}
    function Invoke-Telling([string] $Name, [scriptblock] $Command) {
      # Keeps what -Verbose and -Debug tell.
      $output = & $Command 4>&1 5>&1 | Group-Object { $_ -is [Management.Automation.InformationalRecord] } -AsHashTable
      $told[$Name] = $output[$true] | Out-String -Width 4000
      $output[$false]
    }

    $record = Invoke-Telling suspend { Suspend-HotstackCluster hs-multi -Method Nova @quick -Verbose -Debug }
    $off = (Get-HotstackInstance hs-multi).Status | Select-Object -Unique
    $set = $record | New-HotstackSnapSet -PollInterval 1 -Confirm:$false
    $report = Invoke-Telling revive { $set | Invoke-HotstackRevive -StableFor 1s -SettleTime 1 -Context operator @quick -Verbose -Debug }
  }

  It 'comes after Suspend-HotstackCluster, which leaves all servers shut off' { $off | Should -Be SHUTOFF }

  It 'records how the cluster was' {
    $record.Version, $record.OperatorCount, $record.StackName, $record.Cloud | Should -Be 4.18.9, 33, hs-multi, sandbox
    $record.Nodes.Name | Should -Be master0, master1, master2, worker0, worker1
    $record.Instances.Name | Should -Contain controller
    $record.UnattendedUntil | Should -BeLessThan $record.AssistedUntil
  }

  It 'keeps the record and its dates with the set' {
    $found = Get-HotstackSnapSet $set.Id
    foreach ($each in $set, $found) {
      $each.UnattendedUntil | Should -BeGreaterThan ([datetime]::UtcNow)
      $each.AssistedUntil | Should -BeGreaterThan $each.UnattendedUntil
      $each.ClusterRecord.ClusterId | Should -Be $record.ClusterId
      $each.ClusterRecord.Nodes.Name | Sort-Object | Should -Be master0, master1, master2, worker0, worker1
    }
    ($set | Test-HotstackSnapSet | Where-Object Check -EQ Revivable).Result | Should -Be Passed
  }

  It 'ends with a report of a healthy cluster' {
    $report.IsHealthy, $report.StackName | Should -Be $true, hs-multi
    $report.Assessment.Verdict | Should -Be Safe
    $report.Checks.Result | Should -Not -Contain Failed
    ($report.Checks | Where-Object Check -EQ NodeSet).Result | Should -Be Passed # compared with the record
  }

  It 'tells what happened when' {
    $report.Timeline.Step | Should -Be Servers, Api, Nodes, Uncordon, Settle, 'Stable 1s (1 of 1)', Apis
    $report.Timeline[0].Result | Should -Be 'started controller, master0, master1, master2, worker0, worker1'
    $report.Timeline[3].Result | Should -Match 'uncordoned master0, master1, master2, worker0, worker1'
    $report.Duration.TotalSeconds | Should -BeGreaterThan 1
  }

  It 'leaves no trace' { Test-IsUntouched }

  It 'may be told again, by the alias and a plain object, and finds nothing to do' {
    $again = [pscustomobject]@{ StackName = 'hs-multi'; SnapSetId = $set.Id } | Resume-HotstackCluster -StableFor 1s, 2s -SettleTime 1 @quick
    $again.IsHealthy | Should -BeTrue
    $again.Timeline.Step | Should -Contain 'Stable 2s (2 of 2)'
    $again.Timeline.Result | Should -Contain 'all servers were running'
    $again.Timeline.Result | Should -Contain 'no node was cordoned by us'
  }

  It 'tells the story with -Verbose' {
    $told.suspend | Should -Match 'Using the context hs-multi'
    $told.suspend | Should -Match 'Cordoning node master0'
    $told.suspend | Should -Match 'stopping the controller'
    $told.revive | Should -Match 'Servers: started controller'
    $told.revive | Should -Match 'Uncordoning node worker1'
    $told.revive | Should -Match 'all operators are stable'
  }

  It 'tells no secret with -Debug' {
    $kubeconfig = Get-Content $env:KUBECONFIG -Raw
    $key = [regex]::Match($kubeconfig, 'client-key-data: (\S{40})').Groups[1].Value
    $token = [regex]::Match($kubeconfig, 'name: operator\s+user:\s+token: (\S+)').Groups[1].Value
    $key, $token | Should -Not -BeNullOrEmpty
    foreach ($text in $told.Values) {
      $text | Should -Match 'kubernetes: PATCH .*/api/v1/nodes/master0'
      $text | Should -Not -Match "$([regex]::Escape($key))|$([regex]::Escape($token))|BEGIN .*PRIVATE KEY|password"
    }
  }

  It 'shows <Name> in 80 columns' -ForEach @(
    @{ Name = 'the report'; Get = { $report }; Header = 'Healthy Duration Cluster +StackName +Problems' }
    @{ Name = 'the timeline'; Get = { $report.Timeline }; Header = 'At \(UTC\) +Duration +Step +Result' }
    @{ Name = 'certificates'; Get = { $report.Assessment.Certificates }; Header = 'Name +Not after \(UTC\) +Remaining +Issuer' }
  ) {
    $shown = (& $Get | Format-Table | Out-String -Width 80) -split '\r?\n' -replace '\e\[[\d;]*m'
    $shown | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    $shown -match $Header | Should -Not -BeNullOrEmpty
    (& $Get | Format-List | Out-String -Width 80) | Should -Not -Match '\{ \w+ = |__ReadOnly' # records as C# shows them
  }
}
