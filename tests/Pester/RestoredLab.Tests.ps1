BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $quick = @{ PollInterval = '0.1s'; Confirm = $false; WarningAction = 'SilentlyContinue' }
  $revive = @{ StableFor = '1s'; SettleTime = 1; PollInterval = '0.1s'; Confirm = $false; WarningAction = 'SilentlyContinue' }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Wait-HotstackCluster -Uncordon' {
  It 'waits as before where no node is cordoned' {
    Wait-HotstackCluster -For Ready -Uncordon @quick | Should -BeNullOrEmpty
  }

  It 'uncordons nothing with -WhatIf' {
    Wait-HotstackCluster -For Api -Uncordon -WhatIf -PollInterval 0.1s -WarningAction SilentlyContinue | Should -BeNullOrEmpty
  }
}

Describe 'Suspend-HotstackCluster -Uncordon and Invoke-HotstackRevive -WaitFor' {
  BeforeAll { $record = Suspend-HotstackCluster hs-multi -Method Nova -Uncordon @quick }

  It 'records no node as cordoned' { $record.Nodes.WasUnschedulable | Select-Object -Unique | Should -Be $false }

  It 'refuses what it cannot read before anything is started' {
    { Invoke-HotstackRevive hs-multi -WaitFor 'nodes', 'nodes/*:Ready' @revive -ErrorAction Stop } | Should -Throw -ErrorId 'WaitForInvalid,*'
    (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be SHUTOFF
  }

  It 'waits for objects of any kind, and tells of them' {
    $report = $record | Invoke-HotstackRevive -WaitFor 'nodes/worker*:Ready', 'co/etcd:Degraded=False' @revive
    $report.Timeline[-1].Step | Should -Be WaitFor
    $report.Timeline[-1].Result | Should -Match 'nodes worker0 is Ready; nodes worker1 is Ready; clusteroperators etcd is Degraded=False'
  }

  It 'names what does not exist' {
    { Invoke-HotstackRevive hs-multi -WaitFor 'openstackcontrolplane/*:Ready' @revive -ErrorAction Stop } |
      Should -Throw -ErrorId 'WaitForNotFound,*'
  }
}
