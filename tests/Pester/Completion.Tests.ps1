BeforeDiscovery {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
}

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  Add-SandboxSnapSet $sandbox OLDold-1 -Age 10d
  Add-SandboxSnapSet $sandbox NEWnew-1 -Age 3h

  # Completion gives up after two seconds, which on a busy machine are not enough at the first call of a kind.
  function Get-Completion([string] $Line) {
    foreach ($attempt in 1..5) {
      $watch = [Diagnostics.Stopwatch]::StartNew()
      $found = (TabExpansion2 $Line).CompletionMatches
      if ($found -or $watch.Elapsed.TotalSeconds -lt 1.7) { return $found }
    }
  }
  function Complete([string] $Line) { (Get-Completion $Line).CompletionText }

  # The first call of all takes longer still.
  foreach ($attempt in 1..4) { if (Complete 'New-HotstackSnapSet -StackName hs-') { break } }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Completion' -Tag Quick {
  It 'of <Line> proposes <Proposed>' -ForEach @(
    @{ Line = 'Get-HotstackSnapSet -Cloud sandbox-o'; Proposed = 'sandbox-other' }
    @{ Line = 'Get-HotstackSnapSet -Cloud sandbox -Region Reg'; Proposed = 'RegionOne' }
    @{ Line = 'New-HotstackSnapSet -StackName hs-'; Proposed = 'hs-multi' }
    @{ Line = 'Suspend-HotstackCluster '; Proposed = 'hs-multi' }
    @{ Line = 'Get-HotstackSnapSet -StackName '; Proposed = 'hs-multi' }
    @{ Line = 'Get-HotstackInstance -Server a -Role ocp_m'; Proposed = 'ocp_master' }
    @{ Line = 'Get-HotstackInstance -Server a, b -Role ocp_master, ocp_m'; Proposed = 'ocp_master' }
    @{ Line = 'Test-HotstackCluster -Context op'; Proposed = 'operator' }
    @{ Line = 'Test-HotstackCluster -IgnoreOperator etc'; Proposed = 'etcd' }
    @{ Line = 'Wait-HotstackCluster -Context operator -IgnoreOperator etcd, au'; Proposed = 'authentication' }
    @{ Line = 'Test-HotstackCluster -IgnoreApiService v1.rou'; Proposed = 'v1.route.openshift.io' }
    @{ Line = 'Wait-HotstackCluster -For S'; Proposed = 'Stable' }
    @{ Line = 'Invoke-HotstackRevive -CsrPolicy '; Proposed = 'Strict', 'Report', 'None' }
  ) { Complete $Line | Should -Be $Proposed }

  It 'proposes ids for <_>, the newest first' -ForEach @(
    'Get-HotstackSnapSet ', 'Test-HotstackSnapSet -Id ', 'Remove-HotstackSnapSet ', 'Restore-HotstackSnapSet ', 'Export-HotstackSnapSet '
    'ConvertTo-HotstackStackParameter -Id ', 'Invoke-HotstackRevive -SnapSetId '
  ) { Complete $_ | Should -Be NEWnew-1, OLDold-1 }

  It 'tells the age and the members of a set' {
    (Get-Completion 'Get-HotstackSnapSet NEW').ToolTip | Should -Be 'Unverified, 3 h old: controller, master0'
  }

  It 'looks at all of them' {
    $attributes = (Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet).Parameters.Values.Attributes.ForEach{ $_.GetType().Name }
    ($attributes -eq 'FixedValuesAttribute').Count | Should -BeGreaterThan 5
    ($attributes -eq 'DurationAttribute').Count | Should -BeGreaterThan 20
  }

  It 'tells what each fixed value of <Command> -<Parameter> does' -ForEach @(
    Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet | ForEach-Object {
      foreach ($parameter in $_.Parameters.Values) {
        $values = $parameter.Attributes.Where{ $_.GetType().Name -eq 'FixedValuesAttribute' }.ValidValues
        if ($values) { @{ Command = $_.Name; Parameter = $parameter.Name; Values = $values } }
      }
    }
  ) {
    $found = Get-Completion "$Command -$Parameter "
    $found.CompletionText | Should -Be $Values
    $help = (Get-Help $Command -Parameter $Parameter).description.Text.Trim()
    foreach ($one in $found) {
      $help | Should -Contain "- $($one.CompletionText): $($one.ToolTip -replace ' \(default\)$')"
    }
    $wrong = @{ $Parameter = 'nothing' }
    { & $Command @wrong } | Should -Throw "*'nothing' is none of $($Values -join ', ')."
  }

  It 'proposes durations for <Command> -<Parameter>, in words' -ForEach @(
    Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet | ForEach-Object {
      foreach ($parameter in $_.Parameters.Values) {
        if ($parameter.Attributes.Where{ $_.GetType().Name -eq 'DurationAttribute' }) { @{ Command = $_.Name; Parameter = $parameter.Name } }
      }
    }
  ) {
    $found = Get-Completion "$Command -$Parameter "
    $found.Count | Should -BeGreaterThan 3
    $found.ToolTip | Should -Match '^\d+ (second|minute|hour|day)'
  }

  It 'of a number proposes its units, and marks the default' {
    Complete 'Remove-HotstackSnapSet -OlderThan 45' | Should -Be 45s, 45m, 45h, 45d
    (Get-Completion 'Remove-HotstackSnapSet -OlderThan 7').Where{ $_.CompletionText -eq '7d' }.ToolTip | Should -Be '7 days'
    (Get-Completion 'Wait-HotstackCluster -StableFor 1m').ToolTip | Should -Contain '1 minute (default)'
  }

  It 'proposes the parameters of a template, each as a hashtable that PowerShell reads back' {
    $found = Get-Completion "Restore-HotstackSnapSet NEWnew-1 -Template '$($sandbox.Template)' -Parameter "
    $found.Count | Should -BeGreaterThan 2
    foreach ($one in $found) { $one.CompletionText | Should -Match "^@\{ '\w+' = '.*' \}$" }
    $name = ([regex] "'(\w+)'").Match($found[0].CompletionText).Groups[1].Value
    Complete "Update-HotstackSnapSet NEWnew-1 -Template '$($sandbox.Template)' -Parameter $name" | Should -Contain $found[0].CompletionText
    Complete 'Restore-HotstackSnapSet NEWnew-1 -Template ./nowhere.yaml -Parameter ' | Where-Object { $_ -match '@' } | Should -BeNullOrEmpty
  }

  It 'proposes the instances of a stack' {
    Complete 'Get-HotstackInstance hs-multi -Name m' | Should -Be master0, master1, master2
    Complete 'New-HotstackSnapSet hs-multi -Exclude worker0, w' | Should -Be worker1
  }

  It 'proposes servers by the names that Heat gave them, those not yet named' {
    $masters = @(Complete 'Get-HotstackInstance -Server hs-multi-master')
    $masters -replace '-[a-z2-7]{12}$' | Should -Be hs-multi-master0, hs-multi-master1, hs-multi-master2
    Complete "Get-HotstackInstance -Server $($masters[0]), hs-multi-m" | Should -Be $masters[1..2]
  }

  It 'tells the state of servers and operators' {
    (Get-Completion 'Get-HotstackInstance -Server hs-multi-master0').ToolTip | Should -Match '^hs-multi-master0-[a-z2-7]{12}, ACTIVE, [0-9a-f-]{36}$'
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
    'Test-HotstackCluster -IgnoreOperator etc', 'Test-HotstackCluster -IgnoreApiService v1.rou'
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

Describe 'Completion of hostile names' {
  BeforeAll {
    # PowerShell takes each of the first four for a ', and of the next three for a ".
    $odd = [char[]] (0x2018..0x201B + 0x201C..0x201E) + [char[]] '''"`$;|&(){}[]*?,@#%<>!~=+ '
    $names = @($odd | ForEach-Object { "x${_}y" }) + @(
      foreach ($quote in [char[]] (0x2018..0x201B)) { "x$quote;sv ran 1 -Scope Global;$quote"; "$quote$quote"; "x$quote'$quote"; "x$quote`$(sv ran 1 -Scope Global)" }
      'x$(1)', '-Force', '--', '@args', '$home', '%', '..', '*', 'x[1]', '``*', '007', '1kb', '0x1F', '1234567d', '1e5', '9x2m1k3v', '5.', 'if', 'x,y', 'x y', ' x', 'x ', '>x', '2>&1', '{{ x }}', 'a%2fb', '../x'
    ) | Select-Object -Unique
    $hidden = 0x1B, 0x0A, 0x0D, 0x07, 0x7F, 0x85, 0x9B, 0x2028, 0x2029, 0x202E, 0x2066, 0x2069, 0x200B, 0x200E, 0x061C, 0xFEFF, 0xAD | ForEach-Object { "x$([char] $_)y" }
    $before = $env:OS_CLIENT_CONFIG_FILE
    Reset-Sandbox $sandbox

    function Read-Argument([string] $Text) {
      # What PowerShell's own parser makes of it as an argument: one text, or an error.
      $errors = $null
      $script = [System.Management.Automation.Language.Parser]::ParseInput("x $Text", [ref] $null, [ref] $errors)
      $statements = $script.EndBlock.Statements
      $elements = $statements[0].PipelineElements[0].CommandElements
      if ($errors -or $statements.Count -ne 1 -or $statements[0].PipelineElements.Count -ne 1 -or $elements.Count -ne 2 -or
        $elements[1] -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) { throw "$Text is not one text: $script $errors" }
      $elements[1].Value
    }
    $null = Get-HotstackSnapSet # loads what the module needs
    $arguments = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'Hotstack.SnapSet.Core' }[-1].GetType('Hotstack.CommandArgument')
  }
  AfterAll {
    $env:OS_CLIENT_CONFIG_FILE = $before
    Reset-Sandbox $sandbox
  }

  It 'writes each as one text that is the name' {
    $clouds = @{ clouds = @{} }
    $names | ForEach-Object { $clouds.clouds[$_] = @{ auth = @{ auth_url = 'http://127.0.0.1:9/'; username = 'a'; password = 'b'; project_id = 'c' } } }
    ConvertTo-Json $clouds -Depth 4 | Set-Content TestDrive:/hostile.json
    $env:OS_CLIENT_CONFIG_FILE = Convert-Path TestDrive:/hostile.json
    try {
      foreach ($prefix in '', "'", '"', [char] 0x2018, [char] 0x201C) {
        $read = Complete "Get-HotstackSnapSet -Cloud $prefix" | ForEach-Object { Read-Argument $_ }
        Compare-Object $read $names -CaseSensitive | Should -BeNullOrEmpty -Because "after $prefix"
      }
    }
    finally { $env:OS_CLIENT_CONFIG_FILE = $before }
  }

  It 'means only the name itself where wildcards are taken' {
    $ids = @($names.Where{ $_ -match "[\u2018-\u201B'``*?\[\]]" } | Select-Object -First 24) + '*', 'x[1]', '-Force', '007'
    $ids | ForEach-Object { Add-SandboxSnapSet $sandbox $_ }
    Compare-Object (Get-HotstackSnapSet -ErrorAction Stop).Id $ids -CaseSensitive | Should -BeNullOrEmpty
    # Once more where the machine is busy: a completion takes no longer than two seconds.
    foreach ($try in 1..5) { if ($read = Complete 'Restore-HotstackSnapSet ' | Where-Object { $_ } | ForEach-Object { Read-Argument $_ }) { break } }
    Compare-Object $read $ids -CaseSensitive | Should -BeNullOrEmpty
    foreach ($try in 1..5) { if ($patterns = Complete 'Get-HotstackSnapSet ' | Where-Object { $_ } | ForEach-Object { Read-Argument $_ }) { break } }
    $patterns.Count | Should -Be $ids.Count
    foreach ($pattern in $patterns) { $ids.Where{ [wildcardpattern]::new($pattern).IsMatch($_) }.Count | Should -Be 1 -Because $pattern }
    Get-Variable ran -Scope Global -ErrorAction Ignore | Should -BeNullOrEmpty
  }

  It 'offers none that cannot be seen whole' {
    Reset-Sandbox $sandbox
    $hidden | ForEach-Object { Add-SandboxSnapSet $sandbox $_ }
    Add-SandboxSnapSet $sandbox xy
    Complete 'Get-HotstackSnapSet ' | Should -Be xy
  }

  It 'quotes as PowerShell itself does, also in the commands of hints' {
    $all = -join [char[]] (1..0xD7FF + 0xE000..0xFFFD)
    $arguments::EscapeSingleQuoted($all) | Should -BeExactly ([System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($all))
    foreach ($name in $names + $hidden) {
      if ((Read-Argument $arguments::Of($name)) -cne $name) { throw "$name is $($arguments::Of($name))" }
      $pattern = [wildcardpattern]::new((Read-Argument $arguments::OfPattern($name)))
      if (-not $pattern.IsMatch($name) -or $pattern.IsMatch("$name$name")) { throw "$name is matched by $($arguments::OfPattern($name))" }
    }
  }

  It 'leaves a word without quotation marks only if PowerShell reads it as that word' {
    $random = [random]::new(12)
    $signs = '0123456789.e-xbuylsnkmgtpdz_'
    foreach ($i in 1..1000) {
      $word = -join (1..$random.Next(1, 7) | ForEach-Object { $signs[$random.Next($signs.Length)] })
      if ((Read-Argument $arguments::Of($word)) -cne $word) { throw "$word is $($arguments::Of($word))" }
    }
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
    try { $took = Measure-Command { $proposed = (TabExpansion2 $Line).CompletionMatches.Where{ $_.ResultType -eq 'ParameterValue' } } }
    finally { $env:OS_CLIENT_CONFIG_FILE, $env:OS_CLOUD = $before, $cloud }
    $proposed | Should -BeNullOrEmpty
    $global:Error | Should -BeNullOrEmpty
    $took.TotalSeconds | Should -BeLessThan 5 # where the machine is busy; else two
  }

  It 'proposes nothing against a kubeconfig of its own that is not there' {
    Complete 'Test-HotstackCluster -Kubeconfig /nope -Context op' | Should -Not -Contain operator
  }
}
