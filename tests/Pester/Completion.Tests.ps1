BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  Add-SandboxSnapSet $sandbox OLDold-1 -Age 10d
  Add-SandboxSnapSet $sandbox NEWnew-1 -Age 3h

  function Get-Completion([string] $Line) { (TabExpansion2 $Line).CompletionMatches }
  function Complete([string] $Line) { (Get-Completion $Line).CompletionText }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Completion' {
  It 'of <Line> proposes <Proposed>' -ForEach @(
    @{ Line = 'Get-HotstackSnapSet -Cloud sandbox-o'; Proposed = 'sandbox-other' }
    @{ Line = 'Get-HotstackSnapSet -Cloud sandbox -Region Reg'; Proposed = 'RegionOne' }
    @{ Line = 'New-HotstackSnapSet -StackName hs-'; Proposed = 'hs-multi' }
    @{ Line = 'Suspend-HotstackCluster '; Proposed = 'hs-multi' }
    @{ Line = 'Get-HotstackSnapSet -StackName '; Proposed = 'hs-multi' }
    @{ Line = 'Get-HotstackInstance -Server master'; Proposed = 'master0', 'master1', 'master2' }
    @{ Line = 'Get-HotstackInstance -Server master0, m'; Proposed = 'master1', 'master2' }
    @{ Line = 'Get-HotstackInstance -Server a -Role ocp_m'; Proposed = 'ocp_master' }
    @{ Line = 'Get-HotstackInstance -Server a, b -Role ocp_master, ocp_m'; Proposed = 'ocp_master' }
    @{ Line = 'Test-HotstackCluster -Context op'; Proposed = 'operator' }
    @{ Line = 'Test-HotstackCluster -IgnoreOperator etc'; Proposed = 'etcd' }
    @{ Line = 'Wait-HotstackCluster -Context operator -IgnoreOperator etcd, au'; Proposed = 'authentication' }
    @{ Line = 'Wait-HotstackCluster -For S'; Proposed = 'Stable' }
    @{ Line = 'Invoke-HotstackRevive -CsrPolicy '; Proposed = 'None', 'Report', 'Strict' }
  ) { Complete $Line | Should -Be $Proposed }

  It 'proposes ids for <_>, the newest first' -ForEach @(
    'Get-HotstackSnapSet ', 'Test-HotstackSnapSet -Id ', 'Remove-HotstackSnapSet ', 'Restore-HotstackSnapSet ', 'Export-HotstackSnapSet '
    'ConvertTo-HotstackStackParameter -Id ', 'Invoke-HotstackRevive -SnapSetId '
  ) { Complete $_ | Should -Be NEWnew-1, OLDold-1 }

  It 'tells the age and the members of a set' {
    (Get-Completion 'Get-HotstackSnapSet NEW').ToolTip | Should -Be 'Unverified, 3 h old: controller, master0'
  }

  It 'tells the state of servers and operators' {
    (Get-Completion 'Get-HotstackInstance -Server master0').ToolTip | Should -Match '^master0, ACTIVE, [0-9a-f-]{36}$'
    (Get-Completion 'Test-HotstackCluster -IgnoreOperator etcd').ToolTip | Should -Be 'etcd: stable'
  }

  It 'leaves out ids that are given already' -ForEach @('Get-HotstackSnapSet NEWnew-1,', 'Remove-HotstackSnapSet -Id NEWnew-1, ') {
    Complete $_ | Should -Be OLDold-1
  }

  It 'proposes for -Resume only sets that are incomplete' { Complete 'New-HotstackSnapSet -Resume ' | Should -Not -Contain NEWnew-1 }

  It 'goes by the cloud of $PSDefaultParameterValues' {
    $global:PSDefaultParameterValues['*-Hotstack*:Cloud'] = 'sandbox-other'
    try { Complete 'Get-HotstackInstance -Server other' | Should -Be other-server }
    finally { $global:PSDefaultParameterValues.Remove('*-Hotstack*:Cloud') }
  }

  It 'goes by -Credential' {
    $credential = [pscredential]::new('nobody', [Net.NetworkCredential]::new('', 'x').SecurePassword)
    $global:PSDefaultParameterValues['*-Hotstack*:Credential'] = $credential
    try { Complete 'Get-HotstackSnapSet NEW' | Should -Not -Contain NEWnew-1 }
    finally { $global:PSDefaultParameterValues.Remove('*-Hotstack*:Credential') }
  }
}

Describe 'Completion in a folder that holds files of somebody' {
  BeforeAll {
    $folder = (New-Item TestDrive:/foreign -ItemType Directory).FullName
    Copy-Item $env:OS_CLIENT_CONFIG_FILE "$folder/clouds.yaml"
    Copy-Item $env:KUBECONFIG "$folder/kubeconfig"
    $clouds, $kube = $env:OS_CLIENT_CONFIG_FILE, $env:KUBECONFIG
    $env:KUBECONFIG = 'kubeconfig'
    Remove-Item env:OS_CLIENT_CONFIG_FILE
    Push-Location $folder
  }
  AfterAll {
    Pop-Location
    $env:OS_CLIENT_CONFIG_FILE, $env:KUBECONFIG = $clouds, $kube
  }

  It 'proposes names from the files: <Line>' -ForEach @(
    @{ Line = 'Get-HotstackSnapSet -Cloud sandbox-o'; Proposed = 'sandbox-other' }
    @{ Line = 'Get-HotstackSnapSet -Cloud sandbox -Region Reg'; Proposed = 'RegionOne' }
    @{ Line = 'Test-HotstackCluster -Context op'; Proposed = 'operator' }
  ) { Complete $Line | Should -Be $Proposed }

  It 'contacts nobody: <_>' -ForEach @(
    'Get-HotstackSnapSet ', 'Get-HotstackSnapSet -Cloud sandbox -Id ', 'New-HotstackSnapSet -StackName hs-', 'Get-HotstackInstance -Server master'
    'Test-HotstackCluster -IgnoreOperator etc'
  ) {
    $global:PSDefaultParameterValues['*-Hotstack*:Credential'] = [pscredential]::new('anna', [Net.NetworkCredential]::new('', 'x').SecurePassword)
    try {
      $before = (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count
      (Get-Completion $_).Where{ $_.ResultType -eq 'ParameterValue' } | Should -BeNullOrEmpty
      (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count | Should -Be $before
    }
    finally { $global:PSDefaultParameterValues.Remove('*-Hotstack*:Credential') }
  }

  It 'contacts no cluster of a kubeconfig that is a default by a relative path' {
    $env:KUBECONFIG = $kube
    $global:PSDefaultParameterValues['*-Hotstack*:Kubeconfig'] = './kubeconfig'
    try { (Get-Completion 'Test-HotstackCluster -IgnoreOperator etc').Where{ $_.ResultType -eq 'ParameterValue' } | Should -BeNullOrEmpty }
    finally {
      $global:PSDefaultParameterValues.Remove('*-Hotstack*:Kubeconfig')
      $env:KUBECONFIG = 'kubeconfig'
    }
    Complete 'Test-HotstackCluster -Kubeconfig ./kubeconfig -IgnoreOperator etc' | Should -Be etcd
  }

  It 'is of no concern to commands that are run' { Get-HotstackSnapSet -Latest | Select-Object -ExpandProperty Id | Should -Be NEWnew-1 }
}

Describe 'Completion of names that need it' {
  BeforeAll {
    @"
clouds:
  "it's a lab": { auth: { auth_url: http://127.0.0.1:9/, username: a, password: b, project_id: c } }
"@ | Set-Content TestDrive:/clouds.yaml
    $before, $env:OS_CLIENT_CONFIG_FILE = $env:OS_CLIENT_CONFIG_FILE, (Convert-Path TestDrive:/clouds.yaml)
  }
  AfterAll { $env:OS_CLIENT_CONFIG_FILE = $before }

  It 'quotes them, also where a quotation mark was typed' -ForEach @("it", "'it", "'it''s") {
    Complete "Get-HotstackSnapSet -Cloud $_" | Should -Be "'it''s a lab'"
  }
}

Describe 'Completion that cannot succeed' {
  BeforeAll {
    # Takes connections, and never answers.
    $hung = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $hung.Start()
    $port = $hung.LocalEndpoint.Port
    @"
clouds:
  hung: { auth: { auth_url: http://127.0.0.1:$port/, username: a, password: b, project_id: c } }
  tls: { auth: { auth_url: https://127.0.0.1:$(([uri] $sandbox.Address).Port)/, username: a, password: b, project_id: c } }
  hole: { auth: { auth_url: http://192.0.2.1/, username: a, password: b, project_id: c } }
"@ | Set-Content TestDrive:/clouds.yaml
    'clouds: [' | Set-Content TestDrive:/broken.yaml
    @"
apiVersion: v1
kind: Config
current-context: hung
contexts: [{ name: hung, context: { cluster: hung, user: hung } }]
clusters: [{ name: hung, cluster: { server: 'http://127.0.0.1:$port' } }]
users: [{ name: hung, user: { token: t } }]
"@ | Set-Content TestDrive:/kubeconfig
  }
  AfterAll { $hung.Stop() }

  It 'is silent and soon over: <Line> with <File>' -ForEach @(
    @{ Line = 'Get-HotstackSnapSet -Cloud hung -Id '; File = 'clouds.yaml' }
    @{ Line = 'New-HotstackSnapSet -Cloud tls -StackName '; File = 'clouds.yaml' }
    @{ Line = 'New-HotstackSnapSet -Cloud hole -StackName '; File = 'clouds.yaml' }
    @{ Line = 'Get-HotstackSnapSet -Cloud nope -Id '; File = 'clouds.yaml' }
    @{ Line = 'Get-HotstackSnapSet -Id '; File = 'broken.yaml' }
    @{ Line = 'Get-HotstackSnapSet -Cloud '; File = 'broken.yaml' }
    @{ Line = 'Get-HotstackSnapSet -Region '; File = 'broken.yaml' }
    @{ Line = 'Test-HotstackCluster -Kubeconfig TestDrive:/kubeconfig -IgnoreOperator '; File = 'clouds.yaml' }
    @{ Line = 'Test-HotstackCluster -Kubeconfig /nope -Context '; File = 'clouds.yaml' }
    @{ Line = 'Test-HotstackCluster -Kubeconfig TestDrive:/broken.yaml -Context '; File = 'clouds.yaml' }
  ) {
    $before, $env:OS_CLIENT_CONFIG_FILE = $env:OS_CLIENT_CONFIG_FILE, (Convert-Path "TestDrive:/$File")
    $cloud, $env:OS_CLOUD = $env:OS_CLOUD, $null
    $global:Error.Clear()
    try { $took = Measure-Command { $proposed = (Get-Completion $Line).Where{ $_.ResultType -eq 'ParameterValue' } } }
    finally { $env:OS_CLIENT_CONFIG_FILE, $env:OS_CLOUD = $before, $cloud }
    $proposed | Should -BeNullOrEmpty
    $global:Error | Should -BeNullOrEmpty
    $took.TotalSeconds | Should -BeLessThan 5 # where the machine is busy; else two
  }

  It 'proposes nothing against a kubeconfig of its own that is not there' {
    Complete 'Test-HotstackCluster -Kubeconfig /nope -Context op' | Should -Not -Contain operator
  }
}
