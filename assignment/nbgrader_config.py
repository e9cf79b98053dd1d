"""The nbgrader course of these homeworks: `cd assignment`, then nbgrader's own commands.

source/ is made by `autograder release HW`; edit the notebooks under HW/notebooks, never there.
"""

from pathlib import Path

from autograder.integrations.nbgrader.settings import configure_autograde, configure_collect

c = get_config()  # noqa: F821
ROOT = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.db_url = f"sqlite:///{ROOT / 'gradebook.db'}"
c.IncludeHeaderFooter.header = str(ROOT / "source" / "header.ipynb")

# --- Autograde: how submissions are graded (autograder.integrations.nbgrader) ---
# Student code runs in the sandbox only, no notebook is executed, and the grades are those of `autograder grade`.
# The secret seed is drawn into .autograder/seed on first use: keep it, or scores may differ when graded again.
configure_autograde(c)
# --- end of Autograde ---

# --- Collecting: `nbgrader zip_collect HW` from downloaded/HW/archive/, and `nbgrader collect HW` from the exchange ---
# Canvas's gradebook or Moodle's grading worksheet as downloaded/HW/*.csv tells who is who; else names must be unique.
configure_collect(c)
# --- end of Collecting ---
