window.root = true;
