// Light or dark: as the desktop has it, or as the user wants it.
#pragma once

namespace sriov::gui {

enum class Appearance { desktop, light, dark };

/// Sets the program's palette and remembers the choice; windows and figures follow at once.
void set_appearance(Appearance appearance);
/// What was chosen last.
[[nodiscard]] Appearance chosen_appearance();

}  // namespace sriov::gui
