"""What a change of policy changes: for every case and every recorded request, decided before and after."""
