# Marked secrets of every kind, in every cmdlet at -Debug -Verbose, on good days and bad ones: none of them in anything that is shown.
BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $folder = (Get-Item TestDrive:/).FullName
  $address = $sandbox.Address
  $clouds = Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw
  $kube = Get-Content $env:KUBECONFIG -Raw
  $password = [regex]::Match($clouds, 'password: (\S+)').Groups[1].Value
  $credentialId, $credentialSecret = 'id', 'secret' | ForEach-Object { [regex]::Match($clouds, "application_credential_$($_): (\S+)").Groups[1].Value }
  $operatorToken = [regex]::Match($kube, 'token: (\S+)').Groups[1].Value
  $keyData = [regex]::Match($kube, 'client-key-data: (\S+)').Groups[1].Value
  $keyPem = [Text.Encoding]::UTF8.GetString([convert]::FromBase64String($keyData))

  # What no cloud knows: each is searched for wherever anything is written.
  $marked = @{
    Hidden = 'h1dden-Zq9x'; Given = 'g1ven-Zq9x'; Variable = 'var1able-Zq9x'; UserData = 'us3rdata-Zq9x'; Property = 'pr0perty-Zq9x'; Proxy = 'pr0xy-Zq9x'
    Wrong = 'wr0ng-Zq9x'; File = 'f1le-Zq9x'
  }
  # Any token that the sandbox gives begins alike.
  $secrets = @($marked.Values) + $password, $credentialSecret, $operatorToken, 'gAAAAAB', ($keyPem -split "`n")[1], $keyData.Substring(60, 60)

  # With -Debug alone PowerShell asks at every warning.
  $defaults = "@{ '*-Hotstack*:Debug' = `$true; '*-Hotstack*:Verbose' = `$true; '*-Hotstack*:WarningAction' = 'Continue' }"

  function Get-Form([string] $Secret) {
    # As it is, for an address, and in base64 at each of the three places of a group.
    $Secret
    [uri]::EscapeDataString($Secret)
    $bytes = [Text.Encoding]::UTF8.GetBytes($Secret)
    foreach ($before in 0..2) {
      $text = [convert]::ToBase64String([byte[]]::new($before) + $bytes)
      $text.Substring($before ? $before + 1 : 0, [Math]::Floor(($before + $bytes.Length) * 8 / 6) - ($before ? $before + 1 : 0))
    }
  }
  $forms = $secrets | ForEach-Object { Get-Form $_ } | Select-Object -Unique

  function Find-Secret {
    # The forms that are in a text, each with what is before it.
    param([string] $Text)
    foreach ($form in $forms) {
      $at = $Text.IndexOf($form, [StringComparison]::Ordinal)
      if ($at -ge 0) { "$form after: $($Text.Substring([Math]::Max(0, $at - 100), [Math]::Min(100, $at)))" }
    }
  }

  function Get-View {
    # An object in all the ways in which people write objects down.
    param($Value)
    $Value | Out-String -Width 500
    $Value | Format-List * -Force | Out-String -Width 500
    $Value | Format-Table * -Force | Out-String -Width 500
    $Value | ConvertTo-Json -Depth 4 -WarningAction Ignore
    $Value | Export-Clixml "$folder/view.xml" -Depth 4
    Get-Content "$folder/view.xml" -Raw
    if ($Value -is [System.Management.Automation.ErrorRecord]) {
      $Value | Get-Error | Out-String -Width 500
      for ($e = $Value.Exception; $e; $e = $e.InnerException) {
        "$e"
        $e.Data | Out-String
        $e | Format-List * -Force | Out-String -Width 500
      }
    }
  }

  function Watch {
    # Runs a script with everything switched on, and gives all that came of it as one text.
    param([string] $Script, [hashtable] $Variables = @{})
    $shell = [powershell]::Create()
    $before = Get-Item env:OS_*, env:KUBECONFIG
    try {
      foreach ($name in $Variables.Keys) { $shell.Runspace.SessionStateProxy.SetVariable($name, $Variables[$name]) }
      $prelude = "`$PSDefaultParameterValues = $defaults; Import-Module '$(Get-ModuleUnderTest)'; Set-Location '$folder'"
      $output = try { $shell.AddScript("$prelude; $Script").Invoke() } catch { $_.Exception.InnerException.ErrorRecord }
      $streams = $shell.Streams
      $script:failures = @($streams.Error) + @($output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
      $script:warnings = @($streams.Warning | ForEach-Object { "$_" })
      $script:debugged = @($streams.Debug).Count
      @(
        $streams.Verbose, $streams.Debug, $streams.Warning, $streams.Information | ForEach-Object { $_ | ForEach-Object { "$_" } }
        $streams.Progress | ForEach-Object { $_.Activity, $_.StatusDescription, $_.CurrentOperation }
        $output | ForEach-Object { Get-View $_ }
        $streams.Error | ForEach-Object { Get-View $_ }
        $streams.Warning, $streams.Debug | ForEach-Object { $_ | Select-Object -Last 3 | ForEach-Object { $_ | ConvertTo-Json -Depth 3 -WarningAction Ignore } }
      ) -join "`n"
    }
    finally {
      $shell.Dispose()
      # Variables are the process's: those that the script set are not the next one's.
      Remove-Item env:OS_*, env:KUBECONFIG
      $before | ForEach-Object { Set-Item "env:$($_.Name)" $_.Value }
    }
  }

  function ConvertTo-Secure([string] $Text) { [Net.NetworkCredential]::new('', $Text).SecurePassword }

  function Set-Private([string] $Name, [string] $Text, [string] $Mode = '600') {
    Set-Content "$folder/$Name" $Text
    if (-not $IsWindows) { chmod $Mode "$folder/$Name" }
    "$folder/$Name"
  }

  $own = "auth_url: $address/identity, username: hotstack, project_name: hotstack, user_domain_name: Default, project_domain_name: Default"
  $token = (Invoke-WebRequest "$address/identity/v3/auth/tokens" -Method Post -ContentType application/json -Body (ConvertTo-Json -Depth 9 @{
        auth = @{
          identity = @{ methods = @('password'); password = @{ user = @{ name = 'hotstack'; domain = @{ name = 'Default' }; password = $password } } }
          scope = @{ project = @{ name = 'hotstack'; domain = @{ name = 'Default' } } }
        }
      })).Headers['X-Subject-Token'][0]
  $null = Set-Private clouds.yaml @"
clouds:
  by-token: { auth_type: token, region_name: RegionOne, auth: { auth_url: $address/identity, token: $token, project_name: hotstack, project_domain_name: Default } }
  by-name: { auth_type: v3applicationcredential, region_name: RegionOne, auth: { auth_url: $address/identity, application_credential_name: sandbox, username: hotstack, user_domain_name: Default, application_credential_secret: $credentialSecret } }
  by-secure: { region_name: RegionOne, auth: { $own } }
  refused: { region_name: RegionOne, auth: { $own, password: $($marked.Wrong) } }
  no-tls: { region_name: RegionOne, auth: { $($own -replace 'http:', 'https:'), password: $password } }
"@
  $null = Set-Private secure.yaml "clouds: { by-secure: { auth: { password: $password } } }"
  $null = Set-Private key.pem $keyPem
  $null = Set-Private token.txt $operatorToken
  $null = Set-Private wrong.txt $marked.Wrong
  $server = [regex]::Match($kube, 'server: (\S+)').Groups[1].Value
  $authority = [regex]::Match($kube, 'certificate-authority-data: (\S+)').Groups[1].Value
  $certificate = [regex]::Match($kube, 'client-certificate-data: (\S+)').Groups[1].Value
  $users = [ordered]@{
    'key-file' = "{ client-certificate-data: $certificate, client-key: key.pem }"; 'token' = "{ token: $operatorToken }"; 'token-file' = '{ tokenFile: token.txt }'
    'wrong-token' = "{ token: $($marked.Wrong) }"; 'wrong-file' = '{ tokenFile: wrong.txt }'; 'wrong-basic' = "{ username: anna, password: $($marked.Wrong) }"
  }
  $contexts = ($users.Keys | ForEach-Object { "- { name: $_, context: { cluster: c, user: $_ } }" }) -join "`n"
  $entries = ($users.Keys | ForEach-Object { "- { name: $_, user: $($users[$_]) }" }) -join "`n"
  $null = Set-Private kubeconfig @"
current-context: token
clusters:
- { name: c, cluster: { server: $server, certificate-authority-data: $authority } }
- { name: proxied, cluster: { server: $server, certificate-authority-data: $authority, proxy-url: "http://anna:$($marked.Proxy)@127.0.0.1:$(([uri] $address).Port)" } }
contexts:
$contexts
- { name: proxied, context: { cluster: proxied, user: token } }
users:
$entries
"@
  # The deployment's own template, with user data and a parameter that Heat hides.
  $template = (Get-Content $sandbox.Template -Raw) -replace '(?m)^parameters:', "parameters:`n  pull: { type: string, hidden: true, default: '' }" `
    -replace '(?m)^( +)user_data: .*', "`$1user_data: `"#cloud-config, chpasswd: $($marked.UserData)`""
  $template | Should -Match $marked.UserData
  $null = Set-Private template.yaml $template
  $null = Set-Private vars.yml "stack_parameters: { pull: $($marked.Hidden), dns_servers: ['{{ dns }}'] }"
  $inputs = @{
    Parameter = @{ controller_ssh_pub_key = [pscredential]::new('any', (ConvertTo-Secure $marked.Given)) }
    Variable = @{ dns = (ConvertTo-Secure $marked.Variable) }
    Good = [pscredential]::new('hotstack', (ConvertTo-Secure $password))
    Bad = [pscredential]::new('hotstack', (ConvertTo-Secure $marked.Wrong))
  }
  $restore = 'Restore-HotstackSnapSet -Latest -Template ./template.yaml -ParameterFile ./vars.yml -Parameter $Parameter -Variable $Variable -PollInterval 1s'
  $mine = '$env:OS_CLIENT_CONFIG_FILE = ''./clouds.yaml''; $env:OS_CLIENT_SECURE_FILE = ''./secure.yaml''; $env:KUBECONFIG = ''./kubeconfig'''
  $variables = @{ OS_AUTH_URL = "$address/identity"; OS_USERNAME = 'hotstack'; OS_PASSWORD = $password; OS_PROJECT_NAME = 'hotstack'; OS_USER_DOMAIN_NAME = 'Default'; OS_PROJECT_DOMAIN_NAME = 'Default' }
}

AfterAll { if (-not $sandbox.Process.HasExited) { Stop-Sandbox $sandbox } }

Describe 'What is looked for' {
  It 'would be found: <_>' -ForEach @(
    'Write-Debug "x $password" -Debug', 'Write-Verbose "x$([uri]::EscapeDataString($password))" -Verbose', 'Write-Warning $password', 'Write-Error $password', 'throw $password'
    'Write-Progress a -Status $password', '[pscustomobject]@{ a = @{ b = $password } }', '[convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("ab$password"))'
    'Write-Error -Exception ([Exception]::new("a", [Exception]::new($password)))', '$e = [Exception]::new("a"); $e.Data["x"] = $password; throw $e'
  ) { Find-Secret (Watch $_ @{ password = $password }) | Should -Not -BeNullOrEmpty }
}

Describe 'Nothing shows a secret' {
  BeforeEach {
    $env:OS_CLIENT_CONFIG_FILE, $beforeClouds = "$folder/clouds.yaml", $env:OS_CLIENT_CONFIG_FILE
    $env:KUBECONFIG, $beforeKube = "$folder/kubeconfig", $env:KUBECONFIG
    $env:OS_CLIENT_SECURE_FILE = "$folder/secure.yaml"
  }
  AfterEach {
    $env:OS_CLIENT_CONFIG_FILE, $env:KUBECONFIG = $beforeClouds, $beforeKube
    Remove-Item env:OS_CLIENT_SECURE_FILE
    $null = Invoke-RestMethod "$address/sandbox/faults" -Method Delete
  }

  It 'of a login: <_>' -ForEach @(
    'Get-HotstackSnapSet -Cloud by-token', 'Get-HotstackSnapSet -Cloud by-name', 'Get-HotstackSnapSet -Cloud by-secure', 'Get-HotstackSnapSet -Cloud by-secure -Credential $Good'
    'Test-HotstackCluster -Context key-file', 'Test-HotstackCluster -Context token', 'Test-HotstackCluster -Context token-file'
  ) {
    Find-Secret (Watch $_ $inputs) | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
    $debugged | Should -BeGreaterThan 1
  }

  It 'of a login by variables' {
    Remove-Item env:OS_CLIENT_CONFIG_FILE, env:OS_CLOUD
    $variables.Keys | ForEach-Object { Set-Item "env:$_" $variables[$_] }
    try { Find-Secret (Watch 'Get-HotstackSnapSet') | Should -BeNullOrEmpty }
    finally {
      $env:OS_CLOUD = 'sandbox'
      $variables.Keys | ForEach-Object { Remove-Item "env:$_" }
    }
    $failures | Should -BeNullOrEmpty
  }

  It 'of a login that fails: <Command>' -ForEach @(
    @{ Command = 'Get-HotstackSnapSet -Cloud refused'; Id = 'AuthenticationFailed' }
    @{ Command = 'Get-HotstackSnapSet -Cloud by-secure -Credential $Bad'; Id = 'AuthenticationFailed' }
    @{ Command = 'Get-HotstackSnapSet -Cloud no-tls'; Id = 'TlsFailed' }
    @{ Command = 'Test-HotstackCluster -Context wrong-token'; Id = 'AuthenticationFailed' }
    @{ Command = 'Test-HotstackCluster -Context wrong-file'; Id = 'AuthenticationFailed' }
    @{ Command = 'Test-HotstackCluster -Context wrong-basic'; Id = 'AuthenticationFailed' }
    @{ Command = 'Test-HotstackCluster -Context proxied'; Id = 'ServiceUnreachable' }
  ) {
    Find-Secret (Watch $Command $inputs) | Should -BeNullOrEmpty
    $failures[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
  }

  It 'of a file that is broken just there: <_>' -ForEach @(
    'password: *{0}', 'password: !{0}', 'password: "{0}', 'password {0}', 'password: @{0}', 'password: [{0}', 'password: {0}: x'
  ) {
    $line = $_ -f $marked.File
    $null = Set-Private broken.yaml "clouds:`n  a:`n    auth:`n      auth_url: $address/identity`n      $line`n"
    $null = Set-Private broken-kube "users:`n- name: a`n  user:`n    $($line -replace 'password', 'token')`n"
    Find-Secret (Watch '$env:OS_CLIENT_CONFIG_FILE = "./broken.yaml"; Get-HotstackSnapSet -Cloud a; Test-HotstackCluster -Kubeconfig ./broken-kube') | Should -BeNullOrEmpty
    $failures | Should -Not -BeNullOrEmpty
  }
}

Describe 'Contents of a file in place of its path' {
  BeforeAll { $beforeClouds = $env:OS_CLIENT_CONFIG_FILE }
  AfterEach {
    $env:OS_CLIENT_CONFIG_FILE = $beforeClouds
    Remove-Item env:OS_KEY -ErrorAction Ignore
  }

  It 'are not shown: <Where>' -ForEach @(
    @{ Where = 'key of a cloud'; Command = '$env:OS_CLIENT_CONFIG_FILE = "./path.yaml"; Get-HotstackSnapSet -Cloud key' }
    @{ Where = 'cacert of a cloud, in one line'; Command = '$env:OS_CLIENT_CONFIG_FILE = "./path.yaml"; Get-HotstackSnapSet -Cloud line' }
    @{ Where = 'OS_CLIENT_CONFIG_FILE'; Command = '$env:OS_CLIENT_CONFIG_FILE = Get-Content ./path.yaml -Raw; Get-HotstackSnapSet -Cloud key' }
    @{ Where = 'client-key of a kubeconfig'; Command = 'Test-HotstackCluster -Kubeconfig ./path-kube' }
    @{ Where = '-Kubeconfig'; Command = 'Test-HotstackCluster -Kubeconfig (Get-Content ./path-kube -Raw)' }
    @{ Where = '-ParameterFile'; Command = 'Restore-HotstackSnapSet AAAAaaaa -Template ./no.yaml -ParameterFile (Get-Content ./path-kube -Raw)' }
  ) {
    $block = ($keyPem.Trim() -split "`n" | ForEach-Object { "      $_" }) -join "`n"
    $null = Set-Private path.yaml (
      "clouds:`n  key:`n    auth: { $own, password: $password }`n    cert: ./c.pem`n    key: |`n$block`n" +
      "  line:`n    auth: { $own, password: $password }`n    cacert: $keyData`n")
    $null = Set-Private path-kube (
      "current-context: a`ncontexts: [{ name: a, context: { cluster: a, user: a } }]`nclusters: [{ name: a, cluster: { server: 'https://localhost:1' } }]`n" +
      "users:`n- name: a`n  user:`n    client-certificate: ./c.pem`n    client-key: |`n$block`n")
    Set-Content "$folder/c.pem" 'x'
    Find-Secret (Watch $Command) | Should -BeNullOrEmpty
    "$($failures[0])" | Should -Match 'where the path of a file is wanted|in place of the path of a file|value is not shown'
  }
}

Describe 'A command warns once' {
  BeforeAll {
    $null = Set-Private open.yaml "clouds:`n  one: { insecure: true, region_name: RegionOne, auth: { $own, password: $password } }`n  two: { region_name: RegionOne, auth: { $own, password: $password } }`n" -Mode 644
    $null = Set-Private open-kube ((Get-Content "$folder/kubeconfig" -Raw) -replace 'certificate-authority-data: [^,} ]+', 'insecure-skip-tls-verify: true') -Mode 640
    $open = '$env:OS_CLIENT_CONFIG_FILE = "./open.yaml"; $env:OS_CLIENT_SECURE_FILE = "./nothing.yaml"'
    $beforeClouds = $env:OS_CLIENT_CONFIG_FILE
  }
  AfterAll { $env:OS_CLIENT_CONFIG_FILE = $beforeClouds }
  AfterEach { Remove-Item env:OS_CLIENT_SECURE_FILE, env:OS_INSECURE -ErrorAction Ignore }

  It 'of a file that others can read, and of what turns TLS off, whatever comes down the pipeline' {
    Find-Secret (Watch "$open; 'one', 'two', 'one', 'two' | ForEach-Object { [pscustomobject]@{ StackName = 'hs-multi'; Cloud = `$_ } } | Get-HotstackInstance") | Should -BeNullOrEmpty
    "$failures" | Should -BeNullOrEmpty
    $warnings -match 'which does not exist' | Should -HaveCount 1
    $warnings -match "not verified for cloud 'one', as 'insecure' \(.+/open\.yaml, line 2, column \d+\) says" | Should -HaveCount 1
    if (-not $IsWindows) { $warnings -match 'open\.yaml holds credentials, .+ \(mode 0644\): chmod 600 ' | Should -HaveCount 1 }
    $warnings | Should -HaveCount ($IsWindows ? 2 : 3)
  }

  It 'of a kubeconfig' {
    Find-Secret (Watch 'Test-HotstackCluster -Kubeconfig ./open-kube -Context token') | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
    $warnings -match "not verified for context 'token', as 'insecure-skip-tls-verify' \(.+/open-kube, line \d+" | Should -HaveCount 1
    if (-not $IsWindows) { $warnings -match 'open-kube holds credentials, .+ \(mode 0640\): chmod 600 ' | Should -HaveCount 1 }
    $warnings | Should -HaveCount ($IsWindows ? 1 : 2)
  }

  It 'of a variable' {
    Remove-Item env:OS_CLIENT_CONFIG_FILE, env:OS_CLOUD
    $env:OS_INSECURE = 'true'
    $variables.Keys | ForEach-Object { Set-Item "env:$_" $variables[$_] }
    try { $null = Watch 'Get-HotstackSnapSet' }
    finally {
      $env:OS_CLOUD = 'sandbox'
      $variables.Keys | ForEach-Object { Remove-Item "env:$_" }
    }
    $warnings | Should -HaveCount 1
    $warnings[0] | Should -BeLike "TLS certificates are not verified for cloud 'envvars', as 'insecure' (variable OS_INSECURE) says:*"
  }

  It 'and not on Tab, nor where all is well' {
    $null = Watch "$open; (TabExpansion2 'Get-HotstackSnapSet -Cloud one ').CompletionMatches.Count"
    $warnings | Should -BeNullOrEmpty
    $null = Watch "$mine; Get-HotstackSnapSet -Cloud by-secure; Test-HotstackCluster -Context token"
    $warnings | Should -BeNullOrEmpty
  }
}

Describe 'Nothing of a workflow shows a secret' {
  BeforeAll {
    $steps = @(
      'Get-HotstackInstance hs-multi', 'Test-HotstackCluster', 'Wait-HotstackCluster -For Api'
      'Suspend-HotstackCluster hs-multi -Method Nova -PollInterval 0.1s -Confirm:$false | New-HotstackSnapSet -PollInterval 1s'
      'Get-HotstackSnapSet', 'Get-HotstackSnapSet -Latest | Test-HotstackSnapSet', 'Get-HotstackSnapSet -Latest | Export-HotstackSnapSet -Path ./out'
      'Get-ChildItem ./out | Import-HotstackSnapSet -NewId', "$restore -StackName hs-secret -OutputPath ."
      'Invoke-HotstackRevive hs-multi -SettleTime 0 -StableFor 1s -PollInterval 0.1s', 'Get-HotstackSnapSet | Remove-HotstackSnapSet -Confirm:$false'
    )
  }

  It 'on good days, nor do the files and the log of the cloud' {
    foreach ($step in $steps) {
      Find-Secret (Watch $step $inputs) | Should -BeNullOrEmpty -Because $step
      "$($failures)" | Should -BeNullOrEmpty -Because $step
      if ($step -like '*New-HotstackSnapSet*') {
        (Invoke-RestMethod "$address/sandbox/state").images | Where-Object name -Like '*-snapshot-*' | ForEach-Object {
          $null = Invoke-RestMethod "$address/image/v2/images/$($_.id)" -Method Patch -Headers @{ 'X-Auth-Token' = $token } -ContentType application/openstack-images-v2.1-json-patch -Body (
            ConvertTo-Json @(@{ op = 'add'; path = '/os_admin_password'; value = $marked.Property }))
        }
      }
    }
    $written = Get-ChildItem "$folder/out" -Recurse -File
    $written.Name | Should -Contain snapset.json
    @($written) + (Get-Item "$folder/hs-secret-outputs.yaml") | ForEach-Object {
      Find-Secret ([Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($_.FullName))) | Should -BeNullOrEmpty -Because $_.Name
      if (-not $IsWindows) { "$($_.UnixFileMode)" | Should -Be 'UserWrite, UserRead' -Because $_.Name }
    }
    $log = (Invoke-WebRequest "$address/sandbox/calls").Content
    $log | Should -Match 'auth/tokens'
    # What was given for a parameter that the template does not hide, Heat shows to everybody; the property was put there above.
    Find-Secret ($log -replace "$($marked.Given)|$($marked.Variable)|$($marked.Property)") | Should -BeNullOrEmpty
  }

  It 'when <Service> answers <Status> and quotes what it was sent' -ForEach @(
    foreach ($service in 'identity', 'compute', 'image', 'orchestration', 'kubernetes') { foreach ($status in 401, 403, 500) { @{ Service = $service; Status = $status } } }
  ) {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox AAAAaaaa
    Add-SandboxFault $sandbox @{ kind = 'Echo'; service = $Service; status = $Status; times = 0 }
    $commands = @{
      identity = @('Get-HotstackSnapSet'); compute = 'Get-HotstackInstance hs-multi', 'New-HotstackSnapSet hs-multi -StopServers'
      image = 'Get-HotstackSnapSet', 'Remove-HotstackSnapSet AAAAaaaa -Confirm:$false'; orchestration = 'Get-HotstackInstance hs-multi', "$restore -StackName hs-bad"
      kubernetes = 'Test-HotstackCluster -Context operator', 'Suspend-HotstackCluster hs-multi -Confirm:$false'
    }[$Service]
    # 500 is tried five times with pauses of our own clock.
    foreach ($command in $commands | Select-Object -First ($Status -eq 500 ? 1 : 2)) {
      $shown = Watch $command $inputs
      Find-Secret $shown | Should -BeNullOrEmpty -Because $command
      $shown | Should -Match '\*\*\*|Refused' -Because $command
    }
  }

  It 'when the answer is <Kind>' -ForEach @(@{ Kind = 'Garbage' }, @{ Kind = 'Truncate' }, @{ Kind = 'Status' }) {
    Reset-Sandbox $sandbox
    Add-SandboxFault $sandbox @{
      kind = $Kind; service = 'image'; status = 302; times = 0; headers = @{ Location = "https://elsewhere.test/login?password=$password&t=$token" }; body = "<a href='?$password'>"
    }
    Find-Secret ((Watch 'Get-HotstackSnapSet') -replace 'x') | Should -BeNullOrEmpty
    $failures | Should -Not -BeNullOrEmpty
  }

  It 'in a console with a transcript, with -WhatIf and without' {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox AAAAaaaa
    $env:MARK_GIVEN, $env:MARK_VARIABLE = $marked.Given, $marked.Variable
    try {
      $shown = pwsh -NoProfile -NonInteractive -Command @"
        Import-Module '$(Get-ModuleUnderTest)'; Set-Location '$folder'; `$null = Start-Transcript ./transcript.txt
        `$PSDefaultParameterValues = $defaults
        `$Parameter = @{ controller_ssh_pub_key = (ConvertTo-SecureString `$env:MARK_GIVEN -AsPlainText -Force) }
        `$Variable = @{ dns = (ConvertTo-SecureString `$env:MARK_VARIABLE -AsPlainText -Force) }
        Remove-HotstackSnapSet AAAAaaaa -WhatIf; Suspend-HotstackCluster hs-multi -Method Nova -WhatIf; Invoke-HotstackRevive hs-multi -WhatIf
        $restore -StackName hs-what -WhatIf; $restore -StackName hs-multi
        Get-HotstackSnapSet -Cloud nope; Get-Error; `$Error | ConvertTo-Json -Depth 3 -WarningAction Ignore; `$null = Stop-Transcript
"@ 2>&1 | Out-String
    }
    finally { Remove-Item env:MARK_GIVEN, env:MARK_VARIABLE }
    $shown | Should -Match 'What if: '
    $shown | Should -Match 'DEBUG: '
    Find-Secret $shown | Should -BeNullOrEmpty
    Get-Content "$folder/transcript.txt" -Raw | Should -Match 'DEBUG: '
    Find-Secret (Get-Content "$folder/transcript.txt" -Raw) | Should -BeNullOrEmpty
  }

  It 'on Tab' {
    $lines = 'Get-HotstackSnapSet -Cloud ', 'Get-HotstackSnapSet ', 'Get-HotstackInstance ', 'Test-HotstackCluster -Context ', 'Test-HotstackCluster -IgnoreOperator ', 'Test-HotstackCluster -IgnoreApiService '
    $proposed = $lines | ForEach-Object { (TabExpansion2 $_).CompletionMatches } | ForEach-Object { $_.CompletionText, $_.ListItemText, $_.ToolTip }
    $proposed | Should -Contain sandbox
    Find-Secret "$proposed" | Should -BeNullOrEmpty
  }

  It 'in what the sandbox writes' {
    Stop-Sandbox $sandbox
    Find-Secret $sandbox.Process.StandardOutput.ReadToEnd() | Should -BeNullOrEmpty
  }
}
