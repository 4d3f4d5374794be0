<#
.SYNOPSIS
  Makes a SnapSet of a running deployment, then lists and checks it.
.DESCRIPTION
  The whole workflow, on the cloud that OS_CLOUD or the OS_* variables name. The servers are shut down for the time of
  the snapshots, and started again.
.EXAMPLE
  $env:OS_CLOUD = 'lab'; ./examples/first-snapset.ps1 -StackName hs-multi
#>
[CmdletBinding()]
param(
  # The Heat stack of the deployment.
  [Parameter(Mandatory)]
  [string] $StackName,

  # The module's folder or manifest; by default the installed one.
  [string] $ModulePath = 'Hotstack.SnapSet'
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath

"What would be frozen:"
Get-HotstackInstance -StackName $StackName | Format-Table

"Making the SnapSet ..."
$set = New-HotstackSnapSet -StackName $StackName -StopServers -StartServers -PollInterval 1s

"All SnapSets of this project, the newest first:"
Get-HotstackSnapSet | Format-Table

"The members of $($set.Id):"
$set.Members | Format-Table

"Its checks:"
$findings = $set | Test-HotstackSnapSet
$findings | Group-Object Check, Result -NoElement | Format-Table Count, Name

if ($findings.Result -contains 'Failed') {
  $findings | Where-Object Result -EQ 'Failed' | Format-Table
  throw "SnapSet $($set.Id) cannot be used."
}

"SnapSet $($set.Id) is complete and verified. To delete it: Remove-HotstackSnapSet $($set.Id)"
