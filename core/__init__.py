"""Everything that is true without a screen. Nothing below this folder imports streamlit."""
