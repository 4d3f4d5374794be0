# Names that would act on a terminal, from the cloud, the cluster, files and the command line, in every cmdlet: in pipelines, tables,
# lists, prose, -WhatIf, questions, warnings, progress, errors and completion, as a console shows them. A cmdlet that is new fails here
# until it has a line below.
BeforeDiscovery {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)

  # What shows names of others, by cmdlet. Variables are those of Show, below.
  $lines = [ordered] @{
    'Get-HotstackSnapSet' = 'Get-HotstackSnapSet', 'Get-HotstackSnapSet | Format-List', '(Get-HotstackSnapSet).Members',
      '(Get-HotstackSnapSet).Members | Format-List', 'Get-HotstackSnapSet -Id $plain -Verbose'
    'Test-HotstackSnapSet' = 'Get-HotstackSnapSet | Test-HotstackSnapSet', 'Get-HotstackSnapSet | Test-HotstackSnapSet | Format-List',
      'Test-HotstackSnapSet $plain'
    'Remove-HotstackSnapSet' = 'Get-HotstackSnapSet | Remove-HotstackSnapSet -WhatIf', 'Get-HotstackSnapSet | Remove-HotstackSnapSet -Confirm',
      'Remove-HotstackSnapSet -KeepLast 0 -WhatIf -Verbose'
    'Set-HotstackSnapSet' = 'Get-HotstackSnapSet | Set-HotstackSnapSet -Description $evil -Protected -WhatIf', 'Get-HotstackSnapSet | Set-HotstackSnapSet -Label @{ $evil = $evil }',
      'Get-HotstackSnapSet | Set-HotstackSnapSet -Label @{ owner = "$plain" } -Confirm'
    'Update-HotstackSnapSet' = 'Get-HotstackSnapSet | Update-HotstackSnapSet -Template $template -WhatIf', 'Update-HotstackSnapSet $evil -Template $template -WhatIf',
      'Get-HotstackSnapSet | Update-HotstackSnapSet -Template $folder/bad.yaml -WhatIf'
    'Export-HotstackReport' = 'Get-HotstackSnapSet | Export-HotstackReport $folder/$evilFile.html -WhatIf', 'Get-HotstackSnapSet | Export-HotstackReport $folder/report.md; Get-Content $folder/report.md'
    'Export-HotstackSnapSet' = 'Get-HotstackSnapSet | Export-HotstackSnapSet -Path $folder -WhatIf', 'Get-HotstackSnapSet | Export-HotstackSnapSet -Path $folder -Confirm',
      'Get-HotstackSnapSet | Export-HotstackSnapSet -Path $folder'
    'Import-HotstackSnapSet' = 'Import-HotstackSnapSet $folder/$evilFile -Confirm:$false', 'Import-HotstackSnapSet $folder/texts -Confirm:$false',
      'Import-HotstackSnapSet $folder/gone$evilFile -WhatIf'
    'ConvertTo-HotstackStackParameter' = 'Get-HotstackSnapSet | ConvertTo-HotstackStackParameter'
    'Restore-HotstackSnapSet' = 'Get-HotstackSnapSet | Restore-HotstackSnapSet -StackName hs-new -Template $template -WhatIf',
      'Restore-HotstackSnapSet $plain -StackName hs-new -Template $template', 'Restore-HotstackSnapSet $evil -StackName $evil -Template $template -WhatIf',
      'Restore-HotstackSnapSet $evil -StackName hs-new -Template $folder/$evilFile -WhatIf', 'Restore-HotstackSnapSet $evil -StackName hs-new -Template $folder/bad.yaml -WhatIf',
      'Restore-HotstackSnapSet $evil -StackName hs-new -Template $template -ParameterFile $folder/other.yaml -WhatIf'
    'Get-HotstackInstance' = 'Get-HotstackInstance -Server $evilServer -Role ocp_worker', 'Get-HotstackInstance -Server $evilServer -Role ocp_worker | Format-List',
      'Get-HotstackInstance -StackName $evil', 'Get-HotstackInstance -Path $folder/instances.yaml'
    'Get-HotstackStack' = 'Get-HotstackStack $evil', '[pscustomobject]@{ StackName = $evil } | Get-HotstackStack'
    'Remove-HotstackStack' = 'Remove-HotstackStack $evil -WhatIf', 'Remove-HotstackStack $plain -Force -Confirm:$false',
      '[pscustomobject]@{ StackName = $evil } | Remove-HotstackStack -WhatIf -Verbose'
    'New-HotstackSnapSet' = 'New-HotstackSnapSet $evil', 'New-HotstackSnapSet -Path $folder/instances.yaml -WhatIf', 'New-HotstackSnapSet -Path $folder/hidden.yaml -StopServers -WhatIf',
      'New-HotstackSnapSet -Path $folder/hidden.yaml -StopServers -Confirm -Verbose', 'New-HotstackSnapSet -Resume $evil'
    'Test-HotstackCluster' = 'Test-HotstackCluster', 'Test-HotstackCluster | Format-List', 'Test-HotstackCluster | Format-Table', '(Test-HotstackCluster).Checks',
      '(Test-HotstackCluster).Checks | Format-List', '(Test-HotstackCluster).Operators', '(Test-HotstackCluster).Operators | Format-List',
      'Test-HotstackCluster -Context $evil$evil'
    'Get-HotstackCluster' = 'Get-HotstackCluster', 'Get-HotstackCluster | Format-List', 'Get-HotstackCluster | Format-Table', '(Get-HotstackCluster).Operators',
      '(Get-HotstackCluster).Operators | Format-List', 'Get-HotstackCluster -Context $evil$evil'
    'Wait-HotstackCluster' = 'Wait-HotstackCluster -StableFor 0.1s -Timeout 0.3s -PollInterval 0.1s', '$failure.Exception.Culprits', '$failure.Exception.Culprits | Format-List', '$failure.Exception.History',
      'Wait-HotstackCluster -For Ready -Timeout 0.3s -PollInterval 0.1s -PassThru'
    'Suspend-HotstackCluster' = 'Suspend-HotstackCluster hs-multi -WhatIf', 'Suspend-HotstackCluster hs-multi -IgnoreOperator etcd -Method Nova -WhatIf',
      'Suspend-HotstackCluster hs-multi -IgnoreOperator etcd -Method Nova -Confirm -Verbose', 'Suspend-HotstackCluster $evil'
    'Invoke-HotstackPlaybook' = 'Invoke-HotstackPlaybook $folder/$evilFile -WhatIf', 'Invoke-HotstackPlaybook $folder/$evilFile -StackName $evil -Verbose'
    'Invoke-HotstackRevive' = 'Invoke-HotstackRevive hs-multi -WhatIf', 'Invoke-HotstackRevive hs-multi -Confirm', 'Invoke-HotstackRevive $evil',
      'Invoke-HotstackRevive hs-multi -SettleTime 0 -StableFor 0 -MaxRounds 1 -PollInterval 0.1s -Timeout 0.3s -Confirm:$false'
  }
  $cmdlets = (Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet).Name | ForEach-Object { @{ Name = $_; Lines = $lines[$_] } }
  $walk = foreach ($name in $lines.Keys) { foreach ($line in $lines[$name]) { @{ Name = $name; Line = $line } } }

  # What can be completed, and what takes a text that a name of others can be put into.
  $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
  $parameters = foreach ($cmdlet in Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet) {
    foreach ($parameter in $cmdlet.ParameterSets.Parameters | Where-Object Name -NotIn $common | Sort-Object Name -Unique) {
      $kinds = $parameter.Attributes.TypeId.Name
      $isCompleted = $kinds -contains 'ArgumentCompleterAttribute'
      $isText = [string], [string[]] -contains $parameter.ParameterType -and $kinds -notcontains 'FixedValuesAttribute' -or $kinds -contains 'DurationAttribute'
      $set = $cmdlet.ParameterSets | Where-Object { $_.Parameters.Name -contains $parameter.Name } | Select-Object -First 1
      $mandatory = $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $parameter.Name }
      if ($isCompleted -or $isText) {
        @{ Cmdlet = $cmdlet.Name; Parameter = $parameter.Name; IsCompleted = $isCompleted; IsText = $isText; CanAsk = $set.Parameters.Name -contains 'WhatIf'
          Mandatory = @($mandatory | ForEach-Object { @{ Name = $_.Name; Type = $_.ParameterType } }) }
      }
    }
  }
}

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  Add-Type -Path "$PSScriptRoot/RecordingHost.cs"
  $sandbox = Start-Sandbox
  $folder = (Get-Item TestDrive:/).FullName

  # A window's title, a cleared screen, a bell, colours, C1, a line of ours, a backspace, text that runs backwards, characters of no width, a line
  # separator, a soft hyphen, tags, quotation marks, wildcards and a path.
  $evil = "e`e]0;owned`a`e[2J`e[31m$([char] 0x9b)7m`r`nFORGED:`tline`b$([char] 0x202e)$([char] 0x2066)$([char] 0x200b)$([char] 0x2028)$([char] 0xad)" +
    "$([char]::ConvertFromUtf32(0xe0041))’‘'*?..x"
  $evilServer = "w$evil"
  $plain = "p$evil" -replace '[][*?]'
  $evilFile = "f`e]0;owned`a`e[2J$([char] 0x202e)x" # a line break would not be a path
  # What a tag can hold and no eye can see.
  $hidden = "h$([char] 0x202e)$([char] 0x2066)$([char] 0x200b)$([char]::ConvertFromUtf32(0xe0041))x"

  function Send-Sandbox([string] $Path, [hashtable] $Body) {
    $null = Invoke-RestMethod "$($sandbox.Address)/sandbox/$Path" -Method Post -Body (ConvertTo-Json $Body) -ContentType 'application/json; charset=utf-8'
  }
  Send-Sandbox snapsets @{ snapId = $evil; ageSeconds = 3600; members = [ordered] @{ controller = 'controller'; "m$evil" = "r$evil" } }
  Send-Sandbox snapsets @{ snapId = "2$evil"; ageSeconds = 7200 }
  Send-Sandbox snapsets @{ snapId = 'AAAAbbbb'; ageSeconds = 9000; members = [ordered] @{ controller = 'controller'; "m$evil" = "r$evil" } }
  Send-Sandbox rename @{ name = 'worker1'; to = $evilServer }
  Send-Sandbox cluster/operators/etcd @{ condition = 'Degraded'; status = 'True'; reason = "R$evil"; message = "M$evil" }
  $servers = @{ worker0 = Get-HotstackInstance -Server *-worker0-* -Role ocp_worker }

  # Clouds, contexts and clusters by such names; what a file says of itself; and files of such names.
  (Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw) -replace '(?m)^( *)sandbox-other:', "`$1$($evil | ConvertTo-Json -EscapeHandling EscapeNonAscii):" |
    Set-Content "$folder/clouds.yaml"
  $env:OS_CLIENT_CONFIG_FILE = "$folder/clouds.yaml"
  $context = $evil | ConvertTo-Json -EscapeHandling EscapeNonAscii
  $kubeconfig = Get-Content $env:KUBECONFIG -Raw
  $current = [regex]::Match($kubeconfig, '(?m)^current-context: *(\S+)').Groups[1].Value
  $kubeconfig -replace "(?m)^(current-context|- name| +cluster): *$([regex]::Escape($current)) *$", "`$1: $context" | Set-Content "$folder/kubeconfig"
  $env:KUBECONFIG = "$folder/kubeconfig"
  "a: [`n" | Set-Content -LiteralPath "$folder/$evilFile"
  "heat_template_version: rocky`n$($context): {get_param: $context}`nparameters: {$($context): 1}`nresources: {$($context): 7}`n" | Set-Content "$folder/bad.yaml"
  "$($context): {$($context): 1}`n" | Set-Content "$folder/other.yaml"
  $instance = "role: ocp_worker, uuid: $($servers.worker0.Id), mac_address: '$($servers.worker0.MacAddress)'"
  "snapset_data: {instances: {$($context): {$instance}}}`n" | Set-Content "$folder/instances.yaml"
  "snapset_data: {instances: {$($hidden | ConvertTo-Json -EscapeHandling EscapeNonAscii): {$instance}}}`n" | Set-Content "$folder/hidden.yaml"
  $null = New-Item "$folder/texts" -ItemType Directory
  $member = @{
    name = "m$evil"; role = "r$evil"; macAddresses = @($evil); file = $evilFile; size = 1; hashAlgorithm = "sha512$evil"; hash = $evil; imageId = $evil
    diskFormat = $evil; containerFormat = $evil; tags = @($evil); properties = @{ $evil = $evil }
  }
  @{
    version = 1; id = $evil; createdAt = '2026-01-01T00:00:00Z'; exportedAt = '2026-01-01T00:00:00Z'; isCounted = $true; stackName = $evil; scenario = $evil
    members = @($member); warnings = @($evil)
  } | ConvertTo-Json -Depth 5 | Set-Content "$folder/texts/snapset.json"

  if (-not $IsWindows) { chmod 600 "$folder/clouds.yaml" "$folder/kubeconfig" }

  # A console of its own, where all that is shown is kept; colours are ours alone, and wanted.
  $screen = [Hotstack.Pester.RecordingHost]::new()
  $session = [initialsessionstate]::CreateDefault2()
  $session.ImportPSModule((Get-ModuleUnderTest))
  foreach ($name in 'evil', 'evilServer', 'evilFile', 'plain', 'hidden', 'folder') {
    $session.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new($name, (Get-Variable $name -ValueOnly), ''))
  }
  $session.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('template', $sandbox.Template, ''))
  $console = [runspacefactory]::CreateRunspace($screen, $session)
  $console.Open()

  function Show([string] $Script, [hashtable] $With = @{}) {
    # What the console shows of a command: its output in its views, errors among it, and all that goes past the pipeline.
    $null = $screen.Screen.Take()
    $shell = [powershell]::Create($console)
    try {
      $null = $shell.AddScript("param(`$with) `$PSStyle.OutputRendering = 'Ansi'; try { $Script } catch { (`$global:failure = `$_) }").
        AddArgument($With).AddCommand('Out-Default')
      $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
      $null = $shell.Invoke()
    }
    finally { $shell.Dispose() }
    $screen.Screen.Take()
  }

  function Find-Hidden([string] $Text) {
    # What would act on a terminal or cannot be seen, apart from colours that PowerShell or a view paints, and line breaks that do not
    # come from the name.
    $Text = $Text -replace '\e\[(0|1|3[0-9]|9[0-7])(;[0-9]+)*m'
    [regex]::Matches($Text, '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}-[\n]]|(?<=\n)FORGED') | ForEach-Object {
      '{0:x} after: {1}' -f [int][char] $_.Value[0], $Text.Substring([Math]::Max(0, $_.Index - 60), [Math]::Min(60, $_.Index))
    }
  }
}

AfterAll {
  $console.Dispose()
  Stop-Sandbox $sandbox
}

Describe 'What is shown' {
  It 'is looked at for every cmdlet: <Name>' -ForEach $cmdlets { $Lines | Should -Not -BeNullOrEmpty }

  It 'has no character of a name that acts or hides: <Line>' -ForEach $walk {
    $shown = Show $Line
    Find-Hidden $shown | Should -BeNullOrEmpty
    $shown | Should -Match '`u\{(1b|202e)\}'
  }
}

Describe 'What is given' {
  It 'has none where <Cmdlet> takes it as -<Parameter> and says so' -ForEach ($parameters | Where-Object IsText) {
    $given = @{ $Parameter = $plain }
    foreach ($other in $Mandatory) { $given[$other.Name] = if ($other.Type -in [string], [string[]], [object]) { $plain } else { 1 } }
    if ($CanAsk) { $given.WhatIf = $true }
    if ($Cmdlet -eq 'Wait-HotstackCluster' -and $Parameter -ne 'Timeout') { $given += @{ Timeout = '0.1s' } }
    Find-Hidden (Show "`$ErrorView = 'NormalView'; $Cmdlet @with" $given) | Should -BeNullOrEmpty
  }
}

Describe 'What is proposed' {
  It 'has none in the list or the tool tip of <Cmdlet> -<Parameter>' -ForEach ($parameters | Where-Object IsCompleted) {
    $shown = Show "(TabExpansion2 '$Cmdlet -$Parameter ').CompletionMatches | ForEach-Object { `$_.ListItemText; `$_.ToolTip }"
    Find-Hidden $shown | Should -BeNullOrEmpty
    if ($Parameter -in 'Id', 'SnapSetId', 'Context') { $shown | Should -Match '`u\{1b\}' }
  }
}
