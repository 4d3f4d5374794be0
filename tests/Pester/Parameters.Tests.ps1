# What holds of the parameters of all cmdlets.
BeforeDiscovery {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $writing = Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  Add-SandboxSnapSet $sandbox OLDold-1 -Age 10d
  Add-SandboxSnapSet $sandbox NEWnew-1 -Age 1h
  $template = $sandbox.Template

  function Get-Shown([scriptblock] $Command) {
    # What is shown on the console: the texts of -WhatIf are in no stream.
    $file = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
    $null = Start-Transcript $file
    try { & $Command | Out-Null } finally { $null = Stop-Transcript }
    (Get-Content $file -Raw) -replace '\r?\n', ' '
  }

  function New-Secret([string] $Text) { [Net.NetworkCredential]::new('', $Text).SecurePassword }
  function New-Credential([string] $Name, [string] $Text) { [pscredential]::new($Name, (New-Secret $Text)) }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A set in the pipeline' -Tag Quick {
  BeforeDiscovery {
    $inputs = @(
      @{ Name = 'text'; Of = { 'NEWnew-1' } }
      @{ Name = 'a SnapSet'; Of = { Get-HotstackSnapSet NEWnew-1 } }
      @{ Name = 'an object with Id'; Of = { [pscustomobject]@{ Id = 'NEWnew-1' } } }
      @{ Name = 'an object with Id and Cloud'; Of = { [pscustomobject]@{ Id = 'NEWnew-1'; Cloud = 'sandbox'; Region = 'RegionOne' } } }
      @{ Name = 'an object with SnapSetId'; Of = { [pscustomobject]@{ SnapSetId = 'NEWnew-1'; Id = 'something else' } } }
      @{ Name = 'a finding'; Of = { Test-HotstackSnapSet NEWnew-1 | Select-Object -First 1 } }
      @{ Name = 'a hashtable'; Of = { @{ Id = 'NEWnew-1' } } }
      @{ Name = 'an ordered hashtable'; Of = { [ordered]@{ Id = 'NEWnew-1'; Cloud = 'sandbox' } } }
    )
    $takers = foreach ($each in $inputs) {
      # All of them for those that only read; for the others one of each kind.
      $commands = @('Get-HotstackSnapSet', 'Test-HotstackSnapSet -Quiet')
      if ($each.Name -in 'text', 'a SnapSet', 'an object with Id', 'a hashtable') {
        $commands += 'Remove-HotstackSnapSet -WhatIf', 'ConvertTo-HotstackStackParameter', 'Export-HotstackSnapSet -Path TestDrive: -WhatIf',
        'Restore-HotstackSnapSet -Template $template -StackName hs-new -WhatIf'
      }
      foreach ($command in $commands) { $each + @{ Command = $command } }
    }
  }

  It 'may be <Name> for <Command>' -ForEach $takers {
    $items = & $Of
    $items | & ([scriptblock]::Create("`$input | $Command -WarningAction SilentlyContinue -ErrorVariable failures -ErrorAction SilentlyContinue; `$script:failures = `$failures")) | Out-Null
    # What a command says of the set itself is not the question here, but that it found it.
    $script:failures.FullyQualifiedErrorId | Where-Object { $_ -match 'NotFound|Binding|Transformation|Validation' } | Should -BeNullOrEmpty
  }

  It 'is refused where it is <Name>' -ForEach @(
    @{ Name = 'nothing'; Of = { , $null }; Id = 'ParameterArgumentValidationError*' }
    @{ Name = 'empty'; Of = { '' }; Id = 'ParameterArgumentValidationError*' }
    @{ Name = 'an object without Id'; Of = { [pscustomobject]@{ Name = 'x' } }; Id = 'ParameterArgumentTransformationError*' }
    @{ Name = 'an object whose Id is empty'; Of = { [pscustomobject]@{ Id = $null } }; Id = 'ParameterArgumentTransformationError*' }
    @{ Name = 'a hashtable without Id'; Of = { @{ Name = 'x' } }; Id = 'ParameterArgumentTransformationError*' }
  ) {
    & $Of | Test-HotstackSnapSet -Quiet -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
    $failures.FullyQualifiedErrorId | Should -BeLike $Id
  }
}

Describe 'A stack in the pipeline' {
  It 'may be <Name> for <Command>' -ForEach @(
    foreach ($command in 'New-HotstackSnapSet -StopServers', 'Suspend-HotstackCluster', 'Invoke-HotstackRevive') {
      @{ Command = $command; Name = 'text'; Of = { 'hs-multi' } }
      @{ Command = $command; Name = 'an object with StackName'; Of = { [pscustomobject]@{ StackName = 'hs-multi' } } }
      @{ Command = $command; Name = 'a hashtable with StackName'; Of = { @{ StackName = 'hs-multi'; Cloud = 'sandbox' } } }
      @{ Command = $command; Name = 'instances'; Of = { Get-HotstackInstance hs-multi } }
    }
  ) {
    $items = & $Of
    $shown = Get-Shown ([scriptblock]::Create("`$items | $Command -WhatIf -WarningAction SilentlyContinue"))
    $shown | Should -Match 'What if: .*controller.*worker1'
    [regex]::Matches($shown, 'What if: ').Count | Should -Be 1
  }

  It 'is one at a time' {
    { 'hs-multi', 'hs-other' | New-HotstackSnapSet -ErrorAction Stop } | Should -Throw -ErrorId 'SourceAmbiguous,*'
    { Get-HotstackSnapSet NEWnew-1 | New-HotstackSnapSet -ErrorAction Stop } | Should -Throw -ErrorId 'NoInstances,*'
  }
}

Describe '-WhatIf' {
  It 'of <Command> says <Says>' -ForEach @(
    @{ Command = 'New-HotstackSnapSet hs-multi -StopServers -StartServers'
      Says = 'Shut down 6 running servers, then make 6 images and tag them, then start the servers.* on target .*SnapSet [a-z0-9]{8} of 6 servers of stack hs-multi \(controller, .*worker1' }
    @{ Command = 'Remove-HotstackSnapSet NEWnew-1'; Says = 'Delete 2 images.* on target .*SnapSet NEWnew-1 \(controller, master0; \d{4}-' }
    @{ Command = 'Remove-HotstackSnapSet -OlderThan 7d'; Says = 'Delete 2 images.* on target .*SnapSet OLDold-1' }
    @{ Command = 'Invoke-HotstackRevive hs-multi'; Says = 'Wait for it to be ready, approve .*uncordon all nodes.* on target .*OpenShift cluster .hs-multi.: controller' }
    @{ Command = 'Suspend-HotstackCluster hs-multi'; Says = 'Cordon 5 nodes, shut down 2 workers from within, shut down 3 masters' }
  ) {
    $before = @(Get-SandboxCall $sandbox).Count
    Get-Shown ([scriptblock]::Create("$Command -WhatIf -WarningAction SilentlyContinue")) | Should -Match "What if: .*$Says"
    @(Get-SandboxCall $sandbox).Count | Should -Be $before
  }

  # Runs.Tests.ps1 asks Invoke-HotstackPlaybook: it needs a program that plays Ansible. Shelf.Tests.ps1 asks Update-HotstackSnapSet: it needs a whole set.
  It 'or -Confirm: <Name> asks, and does nothing where nobody can be asked' -ForEach ($writing | Where-Object Name -NotIn Invoke-HotstackPlaybook, Update-HotstackSnapSet) {
    (Get-Command $Name).Parameters.Keys | Should -Contain Confirm
    $export = Export-HotstackSnapSet NEWnew-1 "$TestDrive/out"
    $command = @{
      'Export-HotstackReport' = "'$TestDrive/no'"; 'Export-HotstackSnapSet' = "NEWnew-1 '$TestDrive/no'"; 'Import-HotstackSnapSet' = "'$($export.Path)' -NewId"; 'Invoke-HotstackRevive' = 'hs-multi'; 'Suspend-HotstackCluster' = 'hs-multi'
      'New-HotstackSnapSet' = 'hs-multi -StopServers'; 'Remove-HotstackSnapSet' = 'NEWnew-1'; 'Restore-HotstackSnapSet' = 'NEWnew-1 -Template $template -StackName hs-new -AllowNewNodes'
      'Remove-HotstackStack' = 'hs-multi -Force'; 'Wait-HotstackCluster' = '-For Ready -Uncordon'; 'Set-HotstackSnapSet' = 'NEWnew-1 -Description new'
    }[$Name]
    $command | Should -Not -BeNullOrEmpty
    $before = @(Get-SandboxCall $sandbox | Where-Object path -NotLike '*/preview').Count
    $shell = [powershell]::Create().AddScript("`$template = '$template'; Import-Module '$(Get-ModuleUnderTest)'; $Name $command -Confirm")
    try {
      $shell.Invoke() | Should -BeNullOrEmpty
      $shell.Streams.Error -join ' ' | Should -Match 'prompt|interactive'
    }
    finally { $shell.Dispose() }
    "$TestDrive/no" | Should -Not -Exist
    @(Get-SandboxCall $sandbox | Where-Object path -NotLike '*/preview').Count | Should -Be $before
  }
}

Describe 'A duration' -Tag Quick {
  It 'may be written as <Value>' -ForEach @(
    @{ Value = "'2h'" }, @{ Value = "'120m'" }, @{ Value = '7200' }, @{ Value = "'02:00:00'" }, @{ Value = '([timespan]::FromHours(2))' }, @{ Value = "'1h60m'" }
  ) {
    [scriptblock]::Create("(Remove-HotstackSnapSet -OlderThan $Value -WhatIf)").Invoke() | Should -BeNullOrEmpty
    Get-Shown ([scriptblock]::Create("Remove-HotstackSnapSet -OlderThan $Value -WhatIf")) | Should -Match 'SnapSet OLDold-1'
  }

  It 'is refused by name where it is none: <Value>' -ForEach @(@{ Value = "'soon'" }, @{ Value = '-1' }, @{ Value = '([decimal] 2)' }) {
    { [scriptblock]::Create("`$ErrorActionPreference = 'Stop'; Remove-HotstackSnapSet -OlderThan $Value -WhatIf").InvokeReturnAsIs() } |
      Should -Throw '*is not a duration of 0 to 3660 days*'
  }
}

Describe '$PSDefaultParameterValues' {
  It 'gives -Cloud, -Timeout and the rest' {
    $env:OS_CLOUD, $before = 'nope', $env:OS_CLOUD
    $PSDefaultParameterValues = @{
      '*-Hotstack*:Cloud' = 'sandbox'; 'Wait-*:Timeout' = '1s'; '*-HotstackCluster:Context' = 'operator'; 'Wait-*:For' = 'Stable'
    }
    try {
      (Get-HotstackSnapSet -Latest).Id | Should -Be NEWnew-1
      (Test-HotstackCluster).Context | Should -Be operator
      { Wait-HotstackCluster -StableFor 5m } | Should -Throw -ErrorId 'TimeoutTooShort,*'
    }
    finally { $env:OS_CLOUD = $before }
  }
}

Describe '-Credential' {
  BeforeAll {
    $clouds = Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw
    $password = [regex]::Match($clouds, 'password: (\S+)').Groups[1].Value
    $user = [regex]::Match($clouds, 'username: (\S+)').Groups[1].Value
    $id, $secret = 'id', 'secret' | ForEach-Object { [regex]::Match($clouds, "application_credential_$($_): (\S+)").Groups[1].Value }
    # Whoever reads the file learns no secret.
    $clouds -replace '(?m)^\s+(username|password|application_credential_id|application_credential_secret): .*\r?\n' | Set-Content TestDrive:/clouds.yaml
    $before, $env:OS_CLIENT_CONFIG_FILE = $env:OS_CLIENT_CONFIG_FILE, (Convert-Path TestDrive:/clouds.yaml)
  }
  AfterAll { $env:OS_CLIENT_CONFIG_FILE = $before }

  It 'logs in where clouds.yaml has no secret' {
    { Get-HotstackSnapSet -ErrorAction Stop } | Should -Throw -ErrorId 'CloudConfigInvalid,*'
    (Get-HotstackSnapSet NEWnew-1 -Credential (New-Credential $user $password)).Id | Should -Be NEWnew-1
  }

  It 'may be an application credential' {
    (Get-HotstackSnapSet NEWnew-1 -Cloud sandbox-appcred -Credential (New-Credential $id $secret)).Id | Should -Be NEWnew-1
  }

  It 'is good for all that comes down the pipeline' {
    [pscustomobject]@{ Id = 'NEWnew-1'; Credential = 'not this' } | Test-HotstackSnapSet -Quiet -Credential (New-Credential $user $password) | Should -BeTrue
  }

  It 'is named, and never its secret, when it is refused' {
    $wrong = New-Credential $user 'wr0ng-Zq9' # Get-Error shows the line of the command
    $failure = { Get-HotstackSnapSet -Credential $wrong -ErrorAction Stop } | Should -Throw -PassThru
    $failure.FullyQualifiedErrorId | Should -BeLike 'AuthenticationFailed,*'
    $failure.ErrorDetails.RecommendedAction | Should -Match '-Credential'
    $failure | Get-Error | Out-String | Should -Not -Match 'wr0ng-Zq9'
  }
}

Describe 'A secret among the parameters of a stack' {
  BeforeAll {
    $secrets = @{ controller_ssh_pub_key = (New-Credential any 'pa55-credential'); ntp_servers = @(New-Secret 'pa55-string') }
    Set-Content TestDrive:/vars.yml 'stack_parameters: { dns_servers: ["{{ dns }}"] }'
    $arguments = @{
      StackName = 'hs-secret'; Template = $template; AllowNewNodes = $true; PollInterval = '1s'; WarningAction = 'SilentlyContinue'; ParameterFile = 'TestDrive:/vars.yml'
      Parameter = $secrets; Variable = @{ dns = (New-Secret 'pa55-variable') }
    }
  }

  It 'is sent, and told nowhere' {
    $shown = Get-Shown { Restore-HotstackSnapSet NEWnew-1 @arguments -WhatIf -Verbose -Debug }
    $shown | Should -Match 'What if: '
    $shown | Should -Not -Match 'pa55'
    $told = Restore-HotstackSnapSet NEWnew-1 @arguments -Verbose -Debug *>&1 | ForEach-Object { "$_" } | Out-String
    $told | Should -Match 'POST orchestration \S+/stacks -> 201'
    $told | Should -Not -Match 'pa55'
    $sent = (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls" | Where-Object { $_.method -eq 'POST' -and $_.path -like '*/stacks' }).body
    'pa55-credential', 'pa55-string', 'pa55-variable' | ForEach-Object { "$sent" | Should -Match $_ }
  }
}
