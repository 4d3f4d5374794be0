# Get-Help answers from the module's own pages, which are true of the cmdlets, and whose examples run.
BeforeDiscovery {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $cmdlets = (Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet).Name
  # Those that change the cloud come last.
  $order = 'ConvertTo', 'Export', 'Get', 'Import', 'Test', 'Invoke', 'Restore', 'Remove', 'New', 'Suspend', 'Wait', 'Set', 'Update'
  $files = Get-ChildItem "$PSScriptRoot/../../docs/en-US/*-Hotstack*.md" | Sort-Object { $order.IndexOf(($_.Name -split '-')[0]) }
  $pages = foreach ($file in $files) {
    $pattern = '(?m)^### Example \d+: (?<title>.+)\n\n```powershell\n(?<code>[\s\S]+?)\n```\n(\n```Output\n(?<output>[\s\S]+?)\n```)?'
    $examples = [regex]::Matches((Get-Content $file -Raw), $pattern) | ForEach-Object {
      @{ Title = $_.Groups['title'].Value; Code = $_.Groups['code'].Value; Output = $_.Groups['output'].Value }
    }
    @{ Cmdlet = $file.BaseName; Examples = $examples }
  }
}

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $common = [System.Management.Automation.Cmdlet]::CommonParameters
}

Describe 'Get-Help <_>' -Tag Quick -ForEach $cmdlets {
  BeforeAll {
    $command = Get-Command $_
    $help = Get-Help $_ -Full
    function Get-InputText($Parameter) {
      # As MAML has it.
      $ways = @(if ($Parameter.ValueFromPipelineByPropertyName) { 'ByPropertyName' }; if ($Parameter.ValueFromPipeline) { 'ByValue' })
      $ways ? "True ($($ways -join ', '))" : 'False'
    }
  }

  It 'has a synopsis, a description, inputs, outputs, notes and links' {
    $help.Synopsis | Should -Match '^[A-Z].+\.$' # what PowerShell makes up itself is the syntax
    $help.description.Text -join ' ' | Should -Not -BeNullOrEmpty
    $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
    $help.returnValues.returnValue.type.name | Should -Be $command.OutputType.Name
    $help.alertSet.alert.Text | Should -Not -BeNullOrEmpty
    ($help.relatedLinks.navigationLink | Where-Object linkText -NotMatch 'https:|: docs/').linkText | Should -BeIn (Get-Command -Module Hotstack.SnapSet).Name
    $documents = $help.relatedLinks.navigationLink.linkText -match ': docs/' -replace '.*: '
    $documents | Should -Contain docs/errors.md
    foreach ($document in $documents) { "$($command.Module.ModuleBase)/$document" | Should -Exist }
    $help.relatedLinks.navigationLink.uri | Where-Object { $_ } | Should -BeNullOrEmpty -Because 'Get-Help -Online opens the first address, which has to be our own page'
  }

  It 'tells the parameters of each parameter set, and what they are in it' {
    $sets = $command.ParameterSets | Sort-Object { -not $_.IsDefault }, Name
    $help.syntax.syntaxItem | Should -HaveCount @($sets).Count
    for ($i = 0; $i -lt @($sets).Count; $i++) {
      $real = @($sets)[$i].Parameters | Where-Object Name -NotIn $common | ForEach-Object {
        $position = $_.Position -lt 0 ? 'named' : $_.Position
        "$($_.Name) required=$($_.IsMandatory) position=$position input=$(Get-InputText $_) aliases=$($_.Aliases -join ', ')"
      }
      $told = @($help.syntax.syntaxItem)[$i].parameter | ForEach-Object {
        "$($_.name) required=$($_.required) position=$($_.position) input=$($_.pipelineInput) aliases=$($_.aliases -replace '^none$')"
      }
      $told | Sort-Object | Should -Be ($real | Sort-Object)
    }
  }

  It 'answers for each parameter' {
    $told = Get-Help $command.Name -Parameter *
    $told.name | Sort-Object | Should -Be ($command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object)
    foreach ($parameter in $told) {
      $parameter.description.Text | Should -Not -BeNullOrEmpty
      $type = $command.Parameters[$parameter.name].ParameterType
      $parameter.type.name | Should -Be ([Nullable]::GetUnderlyingType($type) ?? $type).Name
      $values = $command.Parameters[$parameter.name].Attributes.Where({ $_.GetType().Name -eq 'FixedValuesAttribute' }).ValidValues
      ($help.syntax.syntaxItem.parameter | Where-Object name -EQ $parameter.name)[0].parameterValueGroup.parameterValue | Should -Be $values
      $isWild = [bool] $command.Parameters[$parameter.name].Attributes.Where({ $_ -is [SupportsWildcards] })
      $parameter.globbing | Should -Be "$isWild"
    }
  }

  It 'shows examples' {
    (Get-Help $command.Name -Examples | Out-String) | Should -Match '- Example 1: [\s\S]+- Example 2: '
  }
}

Describe 'Other help' {
  It 'is found by the alias' { (Get-Help Resume-HotstackCluster).Name | Should -Be Invoke-HotstackRevive }

  It 'is about the whole workflow' {
    (Get-Help about_Hotstack*).Synopsis | Should -Be 'Freezes, restores and revives Hotstack deployments on OpenStack.'
    $text = Get-Help about_Hotstack_SnapSet | Out-String
    foreach ($cmdlet in (Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet).Name) { $text | Should -Match $cmdlet }
  }
}

Describe 'The examples of' {
  BeforeAll {
    function Start-ExampleCloud([string] $Scenario) {
      # With the names that the pages use: clouds lab and other.
      $cloud = Start-Sandbox -Scenario $Scenario -Speed 1000
      $text = (Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw) -replace '(?m)^  sandbox:', '  lab:' -replace '(?m)^  sandbox-other:', '  other:'
      $folder = New-Item "TestDrive:/$Scenario" -ItemType Directory
      Set-Content "$folder/clouds.yaml" $text
      Copy-Item $env:KUBECONFIG "$folder/kubeconfig"
      Copy-Item $cloud.Template "$folder/heat_template.yaml"
      Set-Content "$folder/bootstrap_vars.yml" 'stack_template_path: heat_template.yaml', 'stack_name: "hs-{{ purpose | default(''test'') }}"', 'stack_parameters:', '  dns_servers: [192.0.2.1]'
      Set-Content "$folder/overrides.yml" 'stack_parameter_overrides:', '  ntp_servers: [192.0.2.2]'
      $cloud | Add-Member Folder $folder.FullName -PassThru
    }

    function Enter-ExampleCloud($Cloud) {
      Set-Location $Cloud.Folder
      $env:OS_CLIENT_CONFIG_FILE = "$($Cloud.Folder)/clouds.yaml"
      $env:KUBECONFIG = "$($Cloud.Folder)/kubeconfig"
      $env:OS_CLOUD = 'lab'
    }

    function Reset-ExampleCloud {
      # A set with the id that the pages use, and one that is due to go.
      Reset-Sandbox $sno
      Add-SandboxSnapSet $sno k3x9w2ab -Age 2h
      Add-SandboxSnapSet $sno a7m2p5qd -Age 40d
    }

    function Get-Comparable([string] $Text) {
      # Without what differs from run to run.
      $Text.Trim() -replace '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'UUID' -replace '([0-9a-f]{2}:){5}[0-9a-f]{2}', 'MAC' `
        -replace '\d{4}-\d\d-\d\d \d\d:\d\d', 'TIME' -replace '(?<=SnapSet )\w{8}', 'ID' -replace ' +(?=\r?\n)' -replace '\r'
    }

    $before = Get-Location
    $modulePath = $env:PSModulePath
    $defaults = $global:PSDefaultParameterValues.Clone()
    # Jobs and parallel runspaces load the module by its name.
    $env:PSModulePath = (Split-Path (Split-Path (Get-ModuleUnderTest))) + [IO.Path]::PathSeparator + $env:PSModulePath
    # No example says how impatient a test is.
    foreach ($default in @{
        '*-Hotstack*:Confirm' = $false; '*-Hotstack*:WarningAction' = 'SilentlyContinue'
        '*-HotstackCluster:PollInterval' = '0.2s'; 'Invoke-HotstackRevive:PollInterval' = '0.2s'
        'New-HotstackSnapSet:PollInterval' = '1s'; 'Restore-HotstackSnapSet:PollInterval' = '1s'
        'Suspend-HotstackCluster:Method' = 'Nova'; 'New-HotstackSnapSet:SkipCertificateCheck' = $true; 'Invoke-HotstackRevive:StableFor' = '0.2s'; 'Invoke-HotstackRevive:SettleTime' = '1s'
      }.GetEnumerator()) { $global:PSDefaultParameterValues[$default.Key] = $default.Value }
    $multi = Start-ExampleCloud multi
    $sno = Start-ExampleCloud sno
    Enter-ExampleCloud $sno
    $data = @{}
    foreach ($it in Get-HotstackInstance hs-sno) { $data[$it.Name] = @{ uuid = $it.Id; role = $it.Role; mac_address = $it.MacAddress } }
    @{ snapset_data = @{ instances = $data } } | ConvertTo-Json -Depth 4 | Set-Content ./hs-sno-outputs.yaml
    Reset-ExampleCloud
    $null = New-HotstackSnapSet hs-sno -StopServers -StartServers -ErrorAction Stop # the newest, with all that a set can tell
  }

  AfterAll {
    Set-Location $before
    $env:PSModulePath = $modulePath
    $global:PSDefaultParameterValues.Clear()
    foreach ($default in $defaults.GetEnumerator()) { $global:PSDefaultParameterValues[$default.Key] = $default.Value }
    Stop-Sandbox $sno
    Stop-Sandbox $multi
  }

  Context '<_.Cmdlet>' -ForEach $pages {
    BeforeAll {
      if ($_.Cmdlet -match '^(Remove|New|Suspend|Wait|Set|Update)-') { Reset-ExampleCloud }
      # With a blueprint.
      if ($_.Cmdlet -match '^Update-|Stack$') { $null = New-HotstackSnapSet hs-sno -StopServers -StartServers }
      if ($_.Cmdlet -match 'Stack$') { $null = Get-HotstackSnapSet -Latest | Restore-HotstackSnapSet -StackName hs-again }
    }

    AfterAll {
      if ($_.Cmdlet -eq 'Get-HotstackStack') {
        Reset-ExampleCloud
        $null = New-HotstackSnapSet hs-sno -StopServers -StartServers -ErrorAction Stop
      }
    }

    It '<Title>' -ForEach $Examples {
      if ($Code -match 'worker1') { Enter-ExampleCloud $multi }
      if ($Code -match '\./sets' -and $Code -match 'Import') { $null = Export-HotstackSnapSet k3x9w2ab ./sets }
      if ($Code -match '-Resume ') {
        Add-SandboxFault $sno @{ kind = 'KillSnapshot'; server = 'master0' }
        { New-HotstackSnapSet hs-sno -StopServers -KeepPartial } | Should -Throw -ErrorId 'SnapshotFailed,*'
      }

      if ($Code -match 'Invoke-HotstackPlaybook') {
        Set-ItResult -Skipped -Because 'it needs a checkout of Hotstack and Ansible; Runs.Tests.ps1 runs it with a program that plays Ansible'
        return
      }

      # No OpenStack runs on the sandbox's cluster; and the rounds of a revival take minutes where no parameter shortens them.
      if ($Code -match 'openstackcontrolplane' -or $Code -match ' -Revive$' -or $Code -match 'Update-.* -ForceRotation') { $Code += ' -WhatIf' }
      # The original runs, and KUBECONFIG leads to it.
      if ($Code -match ' -Revive ') { Remove-Item Env:KUBECONFIG }
      $isLabelled = $Code -match '-Label .* -Latest'
      if ($isLabelled) { $null = Get-HotstackSnapSet -Latest | Set-HotstackSnapSet -Label @{ rhoso = '18.0.3' } }
      $impatient = $Code -replace '(?<=-StableFor )\d+s(, \d+s)*', '0.2s' -replace '(?<=-Timeout )\d+[mh]', '60s'
      $shown = & ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'; $impatient")) | Out-String -Width 100
      if ($isLabelled) { $null = Get-HotstackSnapSet -Latest | Set-HotstackSnapSet -Label @{ rhoso = $null } }
      if ($Output) { Get-Comparable $shown | Should -Be (Get-Comparable $Output) }
      Enter-ExampleCloud $sno
    }
  }
}
