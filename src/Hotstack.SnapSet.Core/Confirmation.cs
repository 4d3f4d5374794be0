namespace Hotstack;

/// <summary>Asks whether something may be changed, right before it is. Until then, nothing was.</summary>
/// <param name="target">What would be changed.</param>
/// <param name="action">What would be done with it.</param>
/// <returns>False: do not, and that is no error (<c>-WhatIf</c>, or the user said no).</returns>
public delegate Task<bool> Confirmation(DisplayText target, DisplayText action);
