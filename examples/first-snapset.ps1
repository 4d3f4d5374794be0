<#
.SYNOPSIS
  The whole life of a SnapSet: check the cluster, suspend it, freeze it, list and check the set, restore it as a new stack, and
  revive the cluster there.
.DESCRIPTION
  Without a template nothing is restored, and the cluster is revived where it was.
  On the cloud that OS_CLOUD or the OS_* variables name, and the cluster behind the deployment's controller, which ssh reaches with
  your keys. If KUBECONFIG is set, that leads to the cluster. The cluster is down for the time of the snapshots.
.EXAMPLE
  $env:OS_CLOUD = 'lab'; ./examples/first-snapset.ps1 -StackName hs-multi
#>
[CmdletBinding()]
param(
  # The Heat stack of the deployment.
  [Parameter(Mandatory)]
  [string] $StackName,

  # The module's folder or manifest; by default the installed one.
  [string] $ModulePath = 'Hotstack.SnapSet',

  # Further parameters of Suspend-HotstackCluster, such as Method or ShutdownDelay.
  [hashtable] $Suspend = @{},

  # Parameters of Invoke-HotstackRevive, for a cluster that boots faster than real ones.
  [hashtable] $Revive = @{},

  # The HOT template that the deployment was made from.
  [string] $Template,

  # The stack to make of the set.
  [string] $RestoreAs = "$StackName-restored",

  # Further parameters of Restore-HotstackSnapSet, such as ParameterFile.
  [hashtable] $Restore = @{}
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath

"What would be frozen:"
Get-HotstackInstance -StackName $StackName | Format-Table

"May the cluster be shut down?"
$report = Test-HotstackCluster -StackName $StackName
$report | Format-List Verdict, Reasons, IsHealthy, UnattendedUntil, AssistedUntil
$report.Nodes | Format-Table

"Suspending the cluster, and making the SnapSet ..."
$set = Suspend-HotstackCluster $StackName -PollInterval 1s -Confirm:$false @Suspend | New-HotstackSnapSet -PollInterval 1s

"All SnapSets of this project, the newest first:"
Get-HotstackSnapSet | Format-Table

"The members of $($set.Id):"
$set.Members | Format-Table

"Its checks:"
$findings = $set | Test-HotstackSnapSet
$findings | Group-Object Check, Result -NoElement | Format-Table Count, Name

$deployment = $set
if ($Template) {
  "Restoring it as stack $RestoreAs ..."
  $deployment = $set | Restore-HotstackSnapSet -StackName $RestoreAs -Template $Template -PollInterval 1s @Restore
  $deployment | Format-List StackName, Status, Mode, OtherServers, Duration
  $deployment.Servers | Format-Table
}

"Reviving the cluster ..."
$revival = $deployment | Invoke-HotstackRevive -PollInterval 1s @Revive
$revival.Timeline | Format-Table

if ($findings.Result -contains 'Failed') {
  $findings | Where-Object Result -EQ 'Failed' | Format-Table
  throw "SnapSet $($set.Id) cannot be used."
}

"The cluster of stack $($Template ? $RestoreAs : $StackName) is $($revival.IsHealthy ? 'healthy' : 'NOT healthy'); SnapSet $($set.Id) is complete and verified."
"It revives by itself until $($set.UnattendedUntil.ToString('u')). To delete it: Remove-HotstackSnapSet $($set.Id)"
