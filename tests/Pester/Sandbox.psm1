# A cloud for tests, and what it was asked. The paths may be given: HOTSTACK_MODULE (the manifest), HOTSTACK_SANDBOX (the dll).

$root = (Resolve-Path "$PSScriptRoot/../..").Path

function Get-ModuleUnderTest {
  $env:HOTSTACK_MODULE ?? "$root/out/Hotstack.SnapSet/Hotstack.SnapSet.psd1"
}

function Start-Sandbox {
  # Gives its address; until Stop-Sandbox, the variables point to it.
  # Behind a controller there is no kubeconfig here, and the ssh that leads there comes first on the PATH.
  param([double] $Speed = 200, [string] $ClusterAge = '45d', [string] $Scenario = 'multi', [switch] $BehindController)
  $program = $env:HOTSTACK_SANDBOX ?? (
    Get-ChildItem "$root/src/Hotstack.SnapSet.Sandbox/bin/*/*/Hotstack.SnapSet.Sandbox.dll" |
      Sort-Object LastWriteTime | Select-Object -Last 1).FullName
  $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
  $behind = @(if ($BehindController) { '--behind-controller', '--no-sshd' })
  @($program, 'serve', '--scenario', $Scenario, '--speed', $Speed, '--cluster-age', $ClusterAge, '--machine-readable') + $behind |
    ForEach-Object { $start.ArgumentList.Add($_) }
  $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
  $process = [System.Diagnostics.Process]::Start($start)
  $ready, $address, $clouds, $kube, $template, $bin, $key = $process.StandardOutput.ReadLine() -split ' ', 7
  if ($ready -ne 'ready') { throw "The sandbox did not start: $ready $address $clouds" }

  $before = @(Get-ChildItem env:OS_*, env:KUBECONFIG -ErrorAction Ignore)
  $before | Remove-Item
  if ($BehindController) {
    $before += Get-ChildItem env:PATH, env:HOME
    $env:PATH = "${bin}:$env:PATH"
    $env:HOME = (New-Item -Type Directory (Join-Path (Split-Path $bin) desk)).FullName
  }
  $env:OS_CLIENT_CONFIG_FILE = $clouds
  $env:OS_CLOUD = 'sandbox'
  if (-not $BehindController) { $env:KUBECONFIG = $kube }
  [pscustomobject]@{ Address = $address.TrimEnd('/'); Template = $template; KeyFile = $key; Process = $process; Before = $before }
}

function Stop-Sandbox {
  param($Sandbox)
  $Sandbox.Process.StandardInput.Close() # it ends by itself then
  if (-not $Sandbox.Process.WaitForExit(10000)) { $Sandbox.Process.Kill() }
  Remove-Item env:OS_CLIENT_CONFIG_FILE, env:OS_CLOUD, env:KUBECONFIG -ErrorAction Ignore
  $Sandbox.Before | ForEach-Object { Set-Item "env:$($_.Name)" $_.Value }
}

function Reset-Sandbox {
  param($Sandbox)
  $null = Invoke-RestMethod "$($Sandbox.Address)/sandbox/reset" -Method Post
}

function Set-SandboxController {
  # What sshd on the controllers does: sshd, forwards, acceptsKey, answers, each true or false; or drop.
  param($Sandbox, [hashtable] $State)
  $null = Invoke-RestMethod "$($Sandbox.Address)/sandbox/controller" -Method Post -Body (ConvertTo-Json $State) -ContentType application/json
}

function Add-SandboxFault {
  param($Sandbox, [hashtable] $Fault)
  $null = Invoke-RestMethod "$($Sandbox.Address)/sandbox/faults" -Method Post -Body (ConvertTo-Json $Fault) -ContentType application/json
}

function Add-SandboxSnapSet {
  # A set as upstream's playbook makes it, at once.
  param($Sandbox, [string] $Id, [string] $Age = '1h')
  $seconds = [int] ($Age -replace '\D') * @{ h = 3600; d = 86400 }[$Age.Substring($Age.Length - 1)]
  $body = ConvertTo-Json @{ snapId = $Id; ageSeconds = $seconds }
  $null = Invoke-RestMethod "$($Sandbox.Address)/sandbox/snapsets" -Method Post -Body $body -ContentType application/json
}

function Get-SandboxCall {
  # Those that change something; asking for a token, or for what we may, does not.
  param($Sandbox)
  (Invoke-RestMethod "$($Sandbox.Address)/sandbox/calls") |
    Where-Object { $_.method -ne 'GET' -and $_.service -ne 'identity' -and $_.path -notlike '*/selfsubjectaccessreviews' }
}

function Get-SandboxImage {
  # The images of snapsets, whole or not.
  param($Sandbox)
  (Invoke-RestMethod "$($Sandbox.Address)/sandbox/state").images | Where-Object name -Like '*-snapshot-*'
}

function Get-SandboxNode {
  # The cluster's nodes as the cluster itself sees them: name, ready, shutdown (when one is scheduled).
  param($Sandbox)
  (Invoke-RestMethod "$($Sandbox.Address)/sandbox/cluster").nodes
}

function Set-SandboxOperator {
  # A condition of a ClusterOperator, for good; without a status it is left to itself again.
  param($Sandbox, [string] $Name, [string] $Condition, [string] $Status)
  $body = @{ condition = $Condition } + ($Status ? @{ status = $Status; message = 'as the test wants it' } : @{})
  $null = Invoke-RestMethod "$($Sandbox.Address)/sandbox/cluster/operators/$Name" -Method Post -Body (ConvertTo-Json $body) -ContentType application/json
}

function Start-Command {
  # Runs a script with the module in a runspace of its own, so that it can be stopped and its streams looked at.
  param([string] $Script)
  $shell = [powershell]::Create().AddScript("Import-Module '$(Get-ModuleUnderTest)'; $Script")
  $null = $shell.BeginInvoke()
  $shell
}

function Wait-Until {
  param([scriptblock] $Condition, [int] $Seconds = 20)
  $end = [datetime]::Now.AddSeconds($Seconds)
  while (-not (& $Condition)) {
    if ([datetime]::Now -gt $end) { throw "Not within $Seconds s: $Condition" }
    Start-Sleep -Milliseconds 20
  }
}
