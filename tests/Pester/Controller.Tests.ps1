# The cluster behind its controller: only the sandbox's ssh leads there.
BeforeDiscovery { $isUnix = -not $IsWindows }

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)

  function Get-SshProcess {
    # Of this sandbox: others may run beside it.
    @(Get-Process ssh, Hotstack.SnapSet.Sandbox -ErrorAction Ignore | Where-Object { $_.CommandLine -match ' -D ' -and $_.CommandLine -match $server.Id })
  }
}

Describe 'A cluster behind its controller' -Skip:(-not $isUnix) {
  BeforeAll {
    $sandbox = Start-Sandbox -Scenario sno -BehindController
    $server = Get-HotstackInstance hs-sno | Where-Object Role -EQ controller
    $module = Get-ModuleUnderTest
    $quick = @{ PollInterval = '0.2s'; Confirm = $false; WarningAction = 'SilentlyContinue' }
    $hosts = "$env:HOME/.ssh/known_hosts_hotstack"
  }

  AfterAll { Stop-Sandbox $sandbox }

  BeforeEach {
    Reset-Sandbox $sandbox
    Remove-Item $hosts -ErrorAction Ignore # the servers after a reset have their ids, and other host keys
    Set-SandboxController $sandbox @{ sshd = $true; forwards = $true; acceptsKey = $true; answers = $true }
  }

  AfterEach { Wait-Until -Seconds 10 { -not (Get-SshProcess) } }

  It 'is found by the stack' {
    $report = Test-HotstackCluster hs-sno
    $report.Name, $report.Verdict | Should -Be hs-sno, Safe
    Get-Content $hosts | Should -Match "^$($server.Id) "
  }

  It 'is found by <What> in the pipeline' -ForEach @(
    @{ What = 'the name'; Of = { 'hs-sno' } }
    @{ What = 'instances'; Of = { Get-HotstackInstance hs-sno } }
    @{ What = 'an object with StackName'; Of = { [pscustomobject]@{ StackName = 'hs-sno' } } }
  ) {
    & $Of | Test-HotstackCluster | ForEach-Object Name | Should -Be hs-sno
    { & $Of | Wait-HotstackCluster Api -Timeout 1m -PollInterval 0.2s } | Should -Not -Throw
  }

  It 'is looked at without a verdict' {
    $cluster = Get-HotstackCluster hs-sno -WarningVariable told
    $cluster.Name, $cluster.StackName, $cluster.Cloud, $cluster.Nodes.Count | Should -Be hs-sno, hs-sno, sandbox, 1
    $told | Should -BeNullOrEmpty
    'hs-sno', 'hs-sno' | Get-HotstackCluster | Should -HaveCount 2
    ($cluster | Test-HotstackCluster).Verdict | Should -Be Safe
  }

  It 'gives one report for each deployment, and none for none' {
    'hs-sno', 'hs-sno' | Test-HotstackCluster | Should -HaveCount 2
    Get-HotstackInstance -Server 'no-such*' -Role controller -WarningAction Ignore | Test-HotstackCluster | Should -BeNullOrEmpty
  }

  It 'is not guessed from an object that names no deployment' {
    { 42 | Test-HotstackCluster -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectInvalid,*'
  }

  It 'is reached through a controller that is named by <What>' -ForEach @(
    @{ What = 'text'; Controller = { "zuul@$($address)" } }
    @{ What = 'a hashtable'; Controller = { @{ ansible_host = $address; ansible_ssh_user = 'zuul' } } }
    @{ What = 'the output of a stack'; Controller = { "{`"name`": `"controller-0`", `"ansible_host`": `"$address`", `"ansible_ssh_user`": `"zuul`"}" | ConvertFrom-Json } }
  ) {
    $address = $server.IpAddresses | Where-Object { $_ -notmatch '^192\.168' }
    (Test-HotstackCluster hs-sno -Controller (& $Controller) -KeyFilePath $sandbox.KeyFile).Verdict | Should -Be Safe
  }

  It 'is suspended, frozen and revived' {
    $set = Suspend-HotstackCluster hs-sno -Method Nova @quick | New-HotstackSnapSet -PollInterval 1s -WarningAction Ignore
    $set.State | Should -Be Complete
    (Get-HotstackInstance hs-sno).Status | Select-Object -Unique | Should -Be SHUTOFF
    $revival = $set | Invoke-HotstackRevive -SettleTime 1s -StableFor 1s @quick
    $revival.IsHealthy | Should -BeTrue
    $revival.Timeline[0].Step, $revival.Name | Should -Be Controller, hs-sno
  }

  It 'is copied three times side by side, each copy behind its own controller' {
    $set = Suspend-HotstackCluster hs-sno -Method Nova @quick | New-HotstackSnapSet -PollInterval 1s -WarningAction Ignore
    $revivals = 'pr-1', 'pr-2', 'pr-3' | ForEach-Object -ThrottleLimit 3 -Parallel {
      Import-Module $using:module
      $quick = $using:quick
      Restore-HotstackSnapSet $using:set.Id -StackName $_ -PollInterval 1s -Confirm:$false -WarningAction Ignore |
        Invoke-HotstackRevive -SettleTime 1s -StableFor 1s @quick
    }
    $revivals.IsHealthy | Should -Be $true, $true, $true
    $stacks = 'hs-sno', 'pr-1', 'pr-2', 'pr-3'
    $instances = $stacks | ForEach-Object { Get-HotstackInstance $_ | Sort-Object Name }
    $instances.MacAddress | Select-Object -Unique | Should -HaveCount 2

    Suspend-HotstackCluster pr-2 -Method Nova -SkipCertificateCheck @quick
    (Get-HotstackInstance pr-2).Status | Select-Object -Unique | Should -Be SHUTOFF
    ('pr-1', 'pr-3' | Test-HotstackCluster).IsHealthy | Should -Be $true, $true
    (Get-HotstackInstance hs-sno).Status | Select-Object -Unique | Should -Be SHUTOFF
  }

  It 'is asked for nothing by -WhatIf but what the plan needs' {
    Suspend-HotstackCluster hs-sno -WhatIf
    (Get-HotstackInstance hs-sno).Status | Select-Object -Unique | Should -Be ACTIVE
  }

  It 'ends with <Id> if <What>' -ForEach @(
    @{ Id = 'SshLoginRefused'; What = 'no key is accepted'; State = @{ acceptsKey = $false } }
    @{ Id = 'ControllerUnreachable'; What = 'sshd does not run'; State = @{ sshd = $false } }
    @{ Id = 'SshForwardingForbidden'; What = 'forwarding is forbidden'; State = @{ forwards = $false } }
  ) {
    Set-SandboxController $sandbox $State
    $failure = { Test-HotstackCluster hs-sno -ErrorAction Stop } | Should -Throw -PassThru
    $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
    $failure.ErrorDetails.RecommendedAction | Should -Match 'ssh'
    { Suspend-HotstackCluster hs-sno @quick } | Should -Throw -ErrorId "$Id,*"
    (Get-HotstackInstance hs-sno).Status | Select-Object -Unique | Should -Be ACTIVE
  }

  It 'ends with <Id> by <What>' -ForEach @(
    @{ Id = 'KubeconfigNotFound'; What = '-Kubeconfig'; Arguments = @{ Kubeconfig = "no such'file" } }
    @{ Id = 'ContextNotFound'; What = '-Context'; Arguments = @{ Context = 'nix' } }
  ) {
    $address = $server.IpAddresses | Where-Object { $_ -notmatch '^192\.168' }
    { Test-HotstackCluster hs-sno -Controller "zuul@$address" @Arguments } | Should -Throw -ErrorId "$Id,*"
  }

  It 'refuses <Text> as a controller' -ForEach @(
    @{ Text = '-oProxyCommand=x' }, @{ Text = 'a b' }, @{ Text = 'zuul@' }, @{ Text = 'x;y' }, @{ Text = 'zuul@h:0' }
  ) {
    { Test-HotstackCluster -Controller $Text } | Should -Throw '*user@host*'
  }

  It 'is a warning and not a guess where KUBECONFIG is set' {
    $env:KUBECONFIG = '/nix'
    try {
      $told = try { Test-HotstackCluster hs-sno 3>&1 } catch { $_.FullyQualifiedErrorId | Should -BeLike 'KubeconfigNotFound,*' }
      $told | Should -Match 'KUBECONFIG has precedence'
    }
    finally { Remove-Item env:KUBECONFIG }
  }

  It 'completes -Controller by the Hosts of the ssh config, and no context of this machine' {
    $config = New-Item -Force -Path "$env:HOME/.ssh/config" -Value "Host lab-controller jump`n  User zuul`nHost *`n  Port 22`n"
    (TabExpansion2 'Test-HotstackCluster -Controller lab' 36).CompletionMatches.CompletionText | Should -Be lab-controller
    (TabExpansion2 'Test-HotstackCluster hs-sno -Context ' 37).CompletionMatches.CompletionText | Should -BeNullOrEmpty
    $config | Remove-Item
  }
}
